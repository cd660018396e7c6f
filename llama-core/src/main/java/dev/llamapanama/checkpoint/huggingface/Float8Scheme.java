// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;

/**
 * How matrices are quantised, if they are: as F8_E4M3 with a scale for every output or for the whole (fbgemm_fp8 of transformers, and what
 * compressed-tensors calls float-quantized).
 */
final class Float8Scheme {
    private static final String METHOD = "quant_method";

    private Float8Scheme() {}

    /**
     * @return false where nothing is quantised
     * @throws dev.llamapanama.checkpoint.CheckpointException if something is in another way
     */
    static boolean isIn(JsonObject config) {
        JsonObject quantisation = config.object("quantization_config");
        if (quantisation == null) {
            return false;
        }
        String method = quantisation.text(METHOD);
        if ("fbgemm_fp8".equals(method)) {
            return true;
        }
        if (!"compressed-tensors".equals(method)) {
            throw quantisation.refuse(METHOD, "fbgemm_fp8, or compressed-tensors of the format float-quantized");
        }
        if (!"float-quantized".equals(quantisation.text("format"))) {
            throw quantisation.refuse("format", "float-quantized");
        }
        return true;
    }
}
