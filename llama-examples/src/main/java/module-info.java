// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The {@code llama} command line and runnable examples. */
@NullMarked
module dev.llamapanama.examples {
    requires com.fasterxml.jackson.annotation;
    requires dev.llamapanama.core;
    requires dev.llamapanama.training;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires org.jline.reader;
    requires static transitive org.jspecify;
    requires tools.jackson.databind;

    exports dev.llamapanama.bundled;

    // The command line parser and the JSON writer look into its classes.
    opens dev.llamapanama.cli to
            info.picocli,
            tools.jackson.databind;
}
