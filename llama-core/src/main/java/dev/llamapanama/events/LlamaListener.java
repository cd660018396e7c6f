// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

/**
 * Hears what a model does, for metrics: {@link dev.llamapanama.LlamaOptions#withListener}. Called by the threads that do the work, many at once;
 * what it takes they wait for. It must not use the model. An exception is logged, and changes nothing. The same can be seen by JDK Flight
 * Recorder, as events {@code dev.llamapanama.*}, without a listener.
 */
public interface LlamaListener {
    /** Hears nothing. */
    LlamaListener NONE = new LlamaListener() {};

    /** A model was opened. */
    default void modelOpened(ModelOpened event) {}

    /** The prompt of a generation was read. */
    default void promptRead(PromptRead event) {}

    /** A step was run, for all that are in it. */
    default void stepRun(StepRun event) {}

    /** Somebody waited for memory of keys and values. */
    default void memoryAwaited(MemoryAwaited event) {}

    /** A generation has ended, in whatever way. */
    default void generationEnded(GenerationEnded event) {}
}
