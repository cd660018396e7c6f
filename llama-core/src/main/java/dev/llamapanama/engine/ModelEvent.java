// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.events.ModelOpened;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The opening of a model. */
@Name("dev.llamapanama.ModelLoad")
@Label("Model Load")
@Description("A model was opened")
@Category("Llama Panama")
@StackTrace(false)
public final class ModelEvent extends Event {
    @Label("Model")
    String model = "";

    @Label("Format")
    String format = "";

    @Label("Backend")
    String backend = "";

    @Label("Device")
    String device = "";

    @Label("Threads")
    int threads;

    @Label("Context Length")
    int contextLength;

    /** Begins now. */
    public ModelEvent() {
        begin();
    }

    /** It's open. */
    public void end(ModelOpened opened) {
        model = opened.model();
        format = opened.format();
        backend = opened.backend();
        device = opened.device();
        threads = opened.threads();
        contextLength = opened.contextLength();
        commit();
    }
}
