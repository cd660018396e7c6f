// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Training of Llamas on the CPU: the decoder with its gradients, and what improves weights by them, for language and for answers. */
@NullMarked
module dev.llamapanama.training {
    requires transitive dev.llamapanama.core;
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;

    exports dev.llamapanama.training.network;
    exports dev.llamapanama.training.optimise;
    exports dev.llamapanama.training.tuning;
}
