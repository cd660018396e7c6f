// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** JMH benchmarks of kernels and of the whole engine. */
@NullMarked
module dev.llamapanama.benchmarks {
    requires ai.djl.tokenizers;
    requires dev.llamapanama.core;
    requires dev.llamapanama.training;
    requires jdk.incubator.vector;
    requires jmh.core;
    requires jtokkit;
    requires static transitive org.jspecify;
}
