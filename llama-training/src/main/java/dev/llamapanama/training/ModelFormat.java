// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a model is written when its training is done. */
public enum ModelFormat {
    /** {@code model.gguf}, with the tokenizer, in F32. */
    @JsonProperty("gguf")
    GGUF,
    /** The folder {@code huggingface}: {@code config.json}, {@code model.safetensors} in F32, and the tokenizer. */
    @JsonProperty("safetensors")
    SAFETENSORS
}
