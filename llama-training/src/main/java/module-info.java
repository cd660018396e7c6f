// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Training of Llamas on the CPU: pre-training by recipes, the decoder with its gradients, and what improves weights by them, for language and for answers. */
@NullMarked
module dev.llamapanama.training {
    requires com.fasterxml.jackson.annotation;
    requires transitive dev.llamapanama.core;
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.llamapanama.training;
    exports dev.llamapanama.training.data;
    exports dev.llamapanama.training.network;
    exports dev.llamapanama.training.optimise;
    exports dev.llamapanama.training.scaling;
    exports dev.llamapanama.training.tuning;
}
