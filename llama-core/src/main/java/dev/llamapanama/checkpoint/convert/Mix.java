// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The mixes of llama.cpp's {@code llama-quantize} (llama-quant.cpp) for dense models of its architecture {@code llama}: a type for
 * most matrices and others where errors cost more.
 *
 * <p>All that are not plain or of eight bits: the head, or the embedding where it is the head, is Q6_K. {@code attn_v} of a model of 80 layers with grouped
 * queries (70B) is Q5_K where it would be Q3_K or Q4_K. What else differs from the base is in the columns of the table below. "More
 * bits" means the first and the last eighth of the layers and every third between; layers count from 0, and all divisions round down.
 */
enum Mix {
    //            id  base      attn_v                     ffn_down                       attn_output
    F32(0, DType.F32),
    F16(1, DType.F16),
    BF16(32, DType.BF16),
    Q8_0(7, DType.Q8_0),
    Q4_0(2, DType.Q4_0),
    Q4_1(3, DType.Q4_1),
    Q5_0(8, DType.Q5_0),
    Q5_1(9, DType.Q5_1),
    Q2_K(10, DType.Q2_K, grouped(DType.Q4_K, DType.Q3_K), all(DType.Q3_K), DType.Q3_K),
    Q2_K_S(21, DType.Q2_K, grouped(DType.Q4_K, DType.Q2_K), firstPart(8, DType.Q4_K, DType.Q2_K), DType.Q2_K),
    Q3_K_S(11, DType.Q3_K, all(DType.Q3_K), all(DType.Q3_K), DType.Q3_K),
    Q3_K_M(12, DType.Q3_K, first(2, DType.Q5_K, DType.Q4_K), firstPart(16, DType.Q5_K, DType.Q4_K), DType.Q4_K),
    Q3_K_L(13, DType.Q3_K, all(DType.Q5_K), all(DType.Q5_K), DType.Q5_K),
    Q4_K_S(14, DType.Q4_K, first(4, DType.Q5_K, DType.Q4_K), firstPart(8, DType.Q5_K, DType.Q4_K), DType.Q4_K),
    Q4_K_M(15, DType.Q4_K, moreBits(DType.Q6_K, DType.Q4_K), moreBits(DType.Q6_K, DType.Q4_K), DType.Q4_K),
    Q5_K_S(16, DType.Q5_K, all(DType.Q5_K), all(DType.Q5_K), DType.Q5_K),
    Q5_K_M(17, DType.Q5_K, moreBits(DType.Q6_K, DType.Q5_K), moreBits(DType.Q6_K, DType.Q5_K), DType.Q5_K),
    Q6_K(18, DType.Q6_K),
    IQ4_NL(25, DType.IQ4_NL, grouped(DType.Q5_K, DType.IQ4_NL), firstPart(8, DType.Q5_K, DType.IQ4_NL), DType.IQ4_NL),
    IQ4_XS(30, DType.IQ4_XS, grouped(DType.Q5_K, DType.IQ4_XS), firstPart(8, DType.Q5_K, DType.IQ4_XS), DType.IQ4_XS);

    /** Whose head is no more precise than the rest: plain numbers, and eight bits. */
    private static final Set<DType> SAME_HEAD = EnumSet.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0);

    private final int id;
    private final DType base;
    private final Rule values;
    private final Rule down;
    private final DType output;

    Mix(int id, DType base) {
        this(id, base, all(base), all(base), base);
    }

    Mix(int id, DType base, Rule values, Rule down, DType output) {
        this.id = id;
        this.base = base;
        this.values = values;
        this.down = down;
        this.output = output;
    }

    /** What {@code general.file_type} says of such a file (llama.h, {@code llama_ftype}). */
    int id() {
        return id;
    }

    /** The type of one kind of matrix in a layer. */
    private interface Rule {
        DType type(int layer, LlamaConfig config);
    }

    /**
     * The type that a matrix would have if its rows filled whole blocks.
     *
     * @param name canonical name
     */
    DType typeOf(String name, LlamaConfig config) {
        if (name.equals(config.tiedEmbeddings() ? "token_embd.weight" : "output.weight")) {
            return SAME_HEAD.contains(base) ? base : DType.Q6_K;
        }
        String[] parts = name.split("\\.");
        if (!parts[0].equals("blk")) {
            return base;
        }
        int layer = Integer.parseInt(parts[1]);
        return switch (parts[2]) {
            case "attn_v" -> valueType(layer, config);
            case "ffn_down", "ffn_down_exps", "ffn_down_shexp" -> down.type(layer, config);
            case "attn_output" -> output;
            default -> base;
        };
    }

    private DType valueType(int layer, LlamaConfig config) {
        DType type = values.type(layer, config);
        boolean seventyBillion = config.layers() == 80 && config.heads() != config.kvHeads();
        return seventyBillion && (type == DType.Q3_K || type == DType.Q4_K) ? DType.Q5_K : type;
    }

    private static Rule all(DType type) {
        return (layer, config) -> type;
    }

    private static Rule first(int layers, DType type, DType rest) {
        return (layer, config) -> layer < layers ? type : rest;
    }

    private static Rule firstPart(int divisor, DType type, DType rest) {
        return (layer, config) -> layer < config.layers() / divisor ? type : rest;
    }

    private static Rule grouped(DType type, DType rest) {
        return (layer, config) -> config.heads() / config.kvHeads() >= 4 ? type : rest;
    }

    private static Rule moreBits(DType type, DType rest) {
        return (layer, config) -> {
            int eighth = config.layers() / 8;
            boolean more = layer < eighth || layer >= 7 * config.layers() / 8 || (layer - eighth) % 3 == 2;
            return more ? type : rest;
        };
    }
}
