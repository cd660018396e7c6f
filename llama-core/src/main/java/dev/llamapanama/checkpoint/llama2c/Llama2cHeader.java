// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The seven integers that a llama2.c file of version 0 begins with (karpathy/llama2.c, {@code Config} of run.c).
 *
 * @param hidden width of the feed-forward network
 * @param vocab rows of the embedding; negative where a separate classifier follows
 * @param positions length of the stored RoPE tables
 */
record Llama2cHeader(int dim, int hidden, int layers, int heads, int kvHeads, int vocab, int positions) {
    static final int BYTES = 7 * Integer.BYTES;

    /** Above every real model, and so small that no size of a part overflows a long. */
    private static final int MOST = 1 << 20;

    private static final int MOST_LAYERS = 1 << 12;
    private static final int MOST_TOKENS = 1 << 24;

    static Llama2cHeader read(Cursor cursor) {
        return new Llama2cHeader(
                cursor.i32("dim"),
                cursor.i32("hidden_dim"),
                cursor.i32("n_layers"),
                cursor.i32("n_heads"),
                cursor.i32("n_kv_heads"),
                cursor.i32("vocab_size"),
                cursor.i32("seq_len"));
    }

    /** Whether every number could be meant as what it stands for. */
    boolean isPlausible() {
        return within(dim, MOST)
                && within(hidden, MOST)
                && within(layers, MOST_LAYERS)
                && within(heads, MOST)
                && within(kvHeads, MOST)
                && within(Math.abs(vocab), MOST_TOKENS)
                && within(positions, MOST);
    }

    /** Refuses numbers that contradict each other or no model can have. */
    void check(Cursor cursor) {
        demand(cursor, within(dim, MOST), "dim", dim, "1 to " + MOST);
        demand(cursor, within(hidden, MOST), "hidden_dim", hidden, "1 to " + MOST);
        demand(cursor, within(layers, MOST_LAYERS), "n_layers", layers, "1 to " + MOST_LAYERS);
        demand(cursor, within(heads, dim) && dim % heads == 0, "n_heads", heads, "a divisor of dim " + dim);
        demand(cursor, dim / heads % 2 == 0, "n_heads", heads, "an even width of a head, not " + dim / heads);
        demand(
                cursor,
                within(kvHeads, heads) && heads % kvHeads == 0,
                "n_kv_heads",
                kvHeads,
                "a divisor of n_heads " + heads);
        demand(
                cursor,
                within(Math.abs(vocab), MOST_TOKENS),
                "vocab_size",
                vocab,
                "1 to " + MOST_TOKENS + " or the negative");
        demand(cursor, within(positions, MOST), "seq_len", positions, "1 to " + MOST);
    }

    /** What llama2.c leaves unsaid is the same in all its models: epsilon 1e-5, theta 1e4. */
    LlamaConfig config() {
        return new LlamaConfig(
                dim,
                layers,
                heads,
                kvHeads,
                dim / heads,
                hidden,
                Math.abs(vocab),
                positions,
                1e-5,
                new RopeConfig(1e4, RopeScaling.NONE),
                vocab > 0,
                AttentionPattern.FULL,
                null,
                0);
    }

    SequencedMap<String, Object> metadata() {
        SequencedMap<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("dim", dim);
        metadata.put("hidden_dim", hidden);
        metadata.put("n_layers", layers);
        metadata.put("n_heads", heads);
        metadata.put("n_kv_heads", kvHeads);
        metadata.put("vocab_size", vocab);
        metadata.put("seq_len", positions);
        return metadata;
    }

    private static boolean within(int value, int most) {
        return value >= 1 && value <= most;
    }

    private static void demand(Cursor cursor, boolean condition, String field, int found, String expected) {
        if (!condition) {
            throw cursor.refuse(field, found, expected);
        }
    }
}
