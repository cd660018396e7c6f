// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import dev.llamapanama.config.LlamaConfig;

/**
 * The mixes of llama.cpp's {@code llama-quantize} (llama-quant.cpp) for dense models of its architecture {@code llama}: a type for
 * most matrices and others where errors cost more.
 *
 * <p>All of them: the head, or the embedding where it is the head, is Q6_K. {@code attn_v} of a model of 80 layers with grouped
 * queries (70B) is Q5_K where it would be Q3_K or Q4_K. What else differs from the base is in the columns of the table below. "More
 * bits" means the first and the last eighth of the layers and every third between; layers count from 0, and all divisions round down.
 *
 * <p>Types are named, since a mix may stand here before each of its types has its {@link dev.llamapanama.tensor.DType}.
 */
enum Mix {
    //     base    attn_v                     ffn_down                       attn_output
    Q2_K_S("Q2_K", grouped("Q4_K", "Q2_K"), firstPart(8, "Q4_K", "Q2_K"), "Q2_K"),
    Q3_K_S("Q3_K", all("Q3_K"), all("Q3_K"), "Q3_K"),
    Q3_K_M("Q3_K", first(2, "Q5_K", "Q4_K"), firstPart(16, "Q5_K", "Q4_K"), "Q4_K"),
    Q3_K_L("Q3_K", all("Q5_K"), all("Q5_K"), "Q5_K"),
    Q4_K_S("Q4_K", first(4, "Q5_K", "Q4_K"), firstPart(8, "Q5_K", "Q4_K"), "Q4_K"),
    Q4_K_M("Q4_K", moreBits("Q6_K", "Q4_K"), moreBits("Q6_K", "Q4_K"), "Q4_K"),
    Q5_K_S("Q5_K", all("Q5_K"), all("Q5_K"), "Q5_K"),
    Q5_K_M("Q5_K", moreBits("Q6_K", "Q5_K"), moreBits("Q6_K", "Q5_K"), "Q5_K");

    private final String base;
    private final Rule values;
    private final Rule down;
    private final String output;

    Mix(String base, Rule values, Rule down, String output) {
        this.base = base;
        this.values = values;
        this.down = down;
        this.output = output;
    }

    /** The type of one kind of matrix in a layer. */
    private interface Rule {
        String type(int layer, LlamaConfig config);
    }

    /**
     * The type that a matrix would have if its rows filled whole blocks.
     *
     * @param name canonical name
     */
    String typeOf(String name, LlamaConfig config) {
        if (name.equals(config.tiedEmbeddings() ? "token_embd.weight" : "output.weight")) {
            return "Q6_K";
        }
        String[] parts = name.split("\\.");
        if (!parts[0].equals("blk")) {
            return base;
        }
        int layer = Integer.parseInt(parts[1]);
        return switch (parts[2]) {
            case "attn_v" -> valueType(layer, config);
            case "ffn_down" -> down.type(layer, config);
            case "attn_output" -> output;
            default -> base;
        };
    }

    private String valueType(int layer, LlamaConfig config) {
        String type = values.type(layer, config);
        boolean seventyBillion = config.layers() == 80 && config.heads() != config.kvHeads();
        return seventyBillion && (type.equals("Q3_K") || type.equals("Q4_K")) ? "Q5_K" : type;
    }

    private static Rule all(String type) {
        return (layer, config) -> type;
    }

    private static Rule first(int layers, String type, String rest) {
        return (layer, config) -> layer < layers ? type : rest;
    }

    private static Rule firstPart(int divisor, String type, String rest) {
        return (layer, config) -> layer < config.layers() / divisor ? type : rest;
    }

    private static Rule grouped(String type, String rest) {
        return (layer, config) -> config.heads() / config.kvHeads() >= 4 ? type : rest;
    }

    private static Rule moreBits(String type, String rest) {
        return (layer, config) -> {
            int eighth = config.layers() / 8;
            boolean more = layer < eighth || layer >= 7 * config.layers() / 8 || (layer - eighth) % 3 == 2;
            return more ? type : rest;
        };
    }
}
