// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.events.PromptRead;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The reading of a prompt. */
@Name("dev.llamapanama.Prefill")
@Label("Prefill")
@Description("The prompt of a generation was read, in steps that others may have shared")
@Category("Llama Panama")
@StackTrace(false)
final class PromptEvent extends Event {
    @Label("Tokens")
    int tokens;

    @Label("Cached Tokens")
    @Description("Tokens that weren't run, because the same had been read before")
    int cachedTokens;

    private final transient long start = System.nanoTime();

    PromptEvent() {
        begin();
    }

    void end(int tokens, int run, Telemetry telemetry) {
        this.tokens = tokens;
        cachedTokens = tokens - run;
        commit();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        telemetry.tell(listener -> listener.promptRead(new PromptRead(tokens, cachedTokens, took)));
    }
}
