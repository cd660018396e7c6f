// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.events.GenerationEnded;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A generation, from the call to its end. */
@Name("dev.llamapanama.Generation")
@Label("Generation")
@Description("A generation, from the call to its end")
@Category("Llama Panama")
@StackTrace(false)
final class GenerationEvent extends Event {
    @Label("Finish Reason")
    String finishReason = "";

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Cached Tokens")
    int cachedTokens;

    @Label("Completion Tokens")
    int completionTokens;

    @Label("Drafted Tokens")
    int draftedTokens;

    @Label("Accepted Tokens")
    int acceptedTokens;

    @Label("Time to First Token in Milliseconds")
    double firstTokenMillis;

    GenerationEvent() {
        begin();
    }

    void end(GenerationEnded ended, Telemetry telemetry) {
        finishReason = ended.reason().name();
        promptTokens = ended.usage().promptTokens();
        cachedTokens = ended.usage().cachedTokens();
        completionTokens = ended.usage().completionTokens();
        draftedTokens = ended.usage().draftedTokens();
        acceptedTokens = ended.usage().acceptedTokens();
        firstTokenMillis = ended.timings().firstTokenMillis();
        commit();
        telemetry.tell(listener -> listener.generationEnded(ended));
    }
}
