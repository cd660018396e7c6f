// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a llama2.c file begins with (karpathy/llama2.c export.py): in version 0 nothing but seven integers
 * ({@code Config} of run.c), in versions 1 and 2 a magic number and the version before them, flags behind, and zeros.
 *
 * @param hidden width of the feed-forward network
 * @param vocab rows of the embedding; in version 0 negative where a separate classifier follows
 * @param positions context length, and in version 0 the length of the stored RoPE tables
 * @param shared whether the embedding is the classifier
 * @param groupSize elements under one scale in version 2; 0 in the others
 */
record Llama2cHeader(
        int version,
        int dim,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int vocab,
        int positions,
        boolean shared,
        int groupSize) {
    /** Of version 0, and the least of any. */
    static final int BYTES = 7 * Integer.BYTES;

    /** Of versions 1 and 2. */
    static final int PADDED_BYTES = 256;

    /** "ak42", which begins versions 1 and 2. */
    static final int MAGIC = 0x616b3432;

    /** Above every real model, and so small that no size of a part overflows a long. */
    private static final int MOST = 1 << 20;

    private static final int MOST_LAYERS = 1 << 12;
    private static final int MOST_TOKENS = 1 << 24;

    /** The header of version 0. */
    static Llama2cHeader readPlain(Cursor cursor) {
        Llama2cHeader plain = readIntegers(cursor, 0);
        return plain.with(plain.vocab > 0, 0);
    }

    /** The header of versions 1 and 2. */
    static Llama2cHeader readVersioned(Cursor cursor) {
        var _ = cursor.i32("magic");
        int version = cursor.i32("version");
        if (version != 1 && version != 2) {
            throw cursor.refuse("version", version, "1 or 2 behind the magic ak42");
        }
        Llama2cHeader integers = readIntegers(cursor, version);
        byte shared = cursor.bytes("shared_classifier", 1).get(ValueLayout.JAVA_BYTE, 0);
        demand(cursor, shared == 0 || shared == 1, "shared_classifier", shared, "0 or 1");
        return integers.with(shared == 1, version == 2 ? cursor.i32("group_size") : 0);
    }

    private static Llama2cHeader readIntegers(Cursor cursor, int version) {
        return new Llama2cHeader(
                version,
                cursor.i32("dim"),
                cursor.i32("hidden_dim"),
                cursor.i32("n_layers"),
                cursor.i32("n_heads"),
                cursor.i32("n_kv_heads"),
                cursor.i32("vocab_size"),
                cursor.i32("seq_len"),
                false,
                0);
    }

    private Llama2cHeader with(boolean shared, int groupSize) {
        return new Llama2cHeader(version, dim, hidden, layers, heads, kvHeads, vocab, positions, shared, groupSize);
    }

    /** Where the weights begin. */
    int bytes() {
        return version == 0 ? BYTES : PADDED_BYTES;
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
                within(version == 0 ? Math.abs(vocab) : vocab, MOST_TOKENS),
                "vocab_size",
                vocab,
                "1 to " + MOST_TOKENS + (version == 0 ? " or the negative" : ""));
        demand(cursor, within(positions, MOST), "seq_len", positions, "1 to " + MOST);
        boolean grouped = version != 2 || (within(groupSize, dim) && dim % groupSize == 0);
        demand(cursor, grouped, "group_size", groupSize, "a divisor of dim " + dim);
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
                shared,
                AttentionPattern.FULL,
                null,
                0);
    }

    SequencedMap<String, Object> metadata() {
        SequencedMap<String, Object> metadata = new LinkedHashMap<>();
        if (version > 0) {
            metadata.put("version", version);
        }
        metadata.put("dim", dim);
        metadata.put("hidden_dim", hidden);
        metadata.put("n_layers", layers);
        metadata.put("n_heads", heads);
        metadata.put("n_kv_heads", kvHeads);
        metadata.put("vocab_size", vocab);
        metadata.put("seq_len", positions);
        if (version > 0) {
            metadata.put("shared_classifier", shared);
        }
        if (version == 2) {
            metadata.put("group_size", groupSize);
        }
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
