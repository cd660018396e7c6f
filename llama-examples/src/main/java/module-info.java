// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The {@code llama} command line and runnable examples. */
@NullMarked
module dev.llamapanama.examples {
    requires dev.llamapanama.core;
    requires info.picocli;
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
}
