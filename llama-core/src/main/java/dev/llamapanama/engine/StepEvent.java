// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.engine.Steps.Part;
import dev.llamapanama.events.StepRun;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step, from its beginning to its logits. */
@Name("dev.llamapanama.Step")
@Label("Step")
@Description("A pass through the model for all sequences that have a part in it")
@Category("Llama Panama")
@StackTrace(false)
final class StepEvent extends Event {
    @Label("Sequences")
    int sequences;

    @Label("Tokens")
    int tokens;

    @Label("Rows of Logits")
    int logits;

    @Label("Waiting Sequences")
    int waiting;

    private final transient long start = System.nanoTime();

    StepEvent() {
        begin();
    }

    void end(List<Part> parts, int waiting, Telemetry telemetry) {
        sequences = parts.size();
        tokens = parts.stream().mapToInt(Part::count).sum();
        logits = parts.stream().mapToInt(Part::logits).sum();
        this.waiting = waiting;
        commit();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        telemetry.tell(listener -> listener.stepRun(new StepRun(sequences, tokens, logits, waiting, took)));
    }
}
