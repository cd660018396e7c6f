// SPDX-License-Identifier: Apache-2.0
import dev.llamapanama.checkpoint.AdapterReader;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.gguf.GgufAdapterReader;
import dev.llamapanama.checkpoint.gguf.GgufReader;
import dev.llamapanama.checkpoint.huggingface.HuggingFaceReader;
import dev.llamapanama.checkpoint.huggingface.PeftAdapterReader;
import dev.llamapanama.checkpoint.llama2c.Llama2cReader;
import dev.llamapanama.checkpoint.meta.MetaReader;
import dev.llamapanama.tensor.BackendProvider;
import dev.llamapanama.tensor.cpu.ScalarBackendProvider;
import dev.llamapanama.tensor.cpu.VectorBackendProvider;
import org.jspecify.annotations.NullMarked;

/** The Llama engine: configurations, checkpoints, the Tensor SPI with its CPU backends, the decoder, generation. */
@NullMarked
@SuppressWarnings("module") // The one that it exports to is built later.
module dev.llamapanama.core {
    requires transitive dev.llamapanama.tokenizers;
    requires static transitive org.jspecify;
    requires jdk.incubator.vector;
    requires jdk.jfr;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.llamapanama;
    exports dev.llamapanama.checkpoint;
    exports dev.llamapanama.checkpoint.convert;
    exports dev.llamapanama.config;
    exports dev.llamapanama.events;
    exports dev.llamapanama.generation;
    exports dev.llamapanama.generation.grammar;
    exports dev.llamapanama.tensor;
    // Training has threads of the same kind.
    exports dev.llamapanama.tensor.cpu to
            dev.llamapanama.training;

    uses AdapterReader;
    uses BackendProvider;
    uses CheckpointReader;

    provides AdapterReader with
            GgufAdapterReader,
            PeftAdapterReader;
    provides BackendProvider with
            ScalarBackendProvider,
            VectorBackendProvider;
    provides CheckpointReader with
            GgufReader,
            HuggingFaceReader,
            Llama2cReader,
            MetaReader;
}
