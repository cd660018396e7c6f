// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The choice of a backend. */
@Name("dev.llamapanama.BackendChoice")
@Label("Backend Choice")
@Description("A backend was chosen and opened")
@Category("Llama Panama")
@StackTrace(false)
final class BackendEvent extends Event {
    @Label("Backend")
    String backend = "";

    @Label("Device")
    String device = "";

    @Label("Threads")
    int threads;

    @Label("Others")
    @Description("Backends that can't be used, and why")
    String others = "";
}
