// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Training of Llamas on the CPU. */
@NullMarked
module dev.llamapanama.training {
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;
}
