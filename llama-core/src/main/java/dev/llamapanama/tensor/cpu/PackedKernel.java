// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.StoredFields;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * The inner loops for one packed type, whose activations are rounded ({@link Rounding}): a sum runs over ascending columns, sub-block by sub-block;
 * {@code s = Σ (q − centre) · x} in integers, thus exactly, then {@code sum += scale · (s · scaleOfX)}, and where the type has minima
 * {@code sum += minimum · Σ x}, with the weight that the centre stands for as the minimum. Its bits are the
 * same on every machine, whatever the width of its vectors, and for any number of tokens.
 */
abstract class PackedKernel {
    /** Most vectors of rows that are multiplied at once. */
    private static final int MOST_VECTORS = 4;
    /** A tile of tokens or two. */
    private static final int SOME_TOKENS = 8;
    /** Where the scales of a chunk stand behind the products. */
    static final int SCALES = MOST_VECTORS * Lanes.COUNT;
    /** Where its minima do. */
    static final int MINIMA = SCALES + PackedLayout.CHUNK / PackedLayout.LEAST_SUB_BLOCK * SCALES;
    /** Elements of products, scales, and minima. */
    static final int SCRATCH = 2 * MINIMA - SCALES;

    /** Each number is that of its place, which the JIT doesn't know. */
    static final int[] SHIFTS = IntStream.range(0, Short.SIZE).toArray();

    private final PackedLayout layout;
    private final StoredFields.Reader reader;
    private final int vectors;
    private final Preparation preparation;
    private final Readiness forToken;
    private final Readiness forPrompt;

    /**
     * @param vectors of rows that are multiplied at once: whole groups
     * @param policy how it gets ready
     */
    PackedKernel(PackedLayout layout, StoredFields.Reader reader, int vectors, Readiness.Policy policy) {
        this.layout = layout;
        this.reader = reader;
        this.vectors = vectors;
        preparation = new Rounding(layout);
        forToken = policy.of(Readiness.Urgency.TOKEN, () -> new PackedExercise(this, 1));
        forPrompt = policy.of(Readiness.Urgency.PROMPT, () -> new PackedExercise(this, SOME_TOKENS));
    }

    final PackedLayout layout() {
        return layout;
    }

    /** Groups that are multiplied at once. */
    final int groups() {
        return vectors / Lanes.PARTS;
    }

    final Preparation preparation() {
        return preparation;
    }

    final Readiness readiness(int tokens) {
        return tokens == 1 ? forToken : forPrompt;
    }

    final Packer newPacker() {
        return new Packer(layout, reader);
    }

    /**
     * Decodes the scales and minima of a chunk of {@link #groups} groups.
     *
     * @param at where the headers of the chunk begin in the first group
     * @param distance from one group to the next, in bytes
     * @param blocks of the chunk
     * @param out takes them at {@link #SCALES} and {@link #MINIMA}, sub-block by sub-block
     */
    abstract void scales(MemorySegment w, long at, long distance, int blocks, float[] out);

    /**
     * Adds the products of a chunk of one token and {@link #groups} groups.
     *
     * @param at where the units of the chunk begin in the first group
     * @param distance from one group to the next, in bytes
     * @param x prepared activations of one token
     * @param col the first column of the chunk
     * @param units of the chunk
     * @param out products, group after group, and scales
     */
    abstract void matVec(MemorySegment w, long at, long distance, Activations x, int col, int units, float[] out);

    /**
     * Decodes a part of a chunk without its scales, column by column.
     *
     * @param at where its headers begin
     * @param units where its units begin
     * @param count how many they are
     * @param panel takes the quants, times the power of two that activations are divided by; columns, and sub-blocks, are
     *     {@link PackedProduct#WIDTH} apart
     * @param start where those of the first column go
     * @param scales where the scales of the first sub-block go, less {@code start}
     * @param minima where the minima go, likewise
     */
    abstract void panel(
            MemorySegment w, long at, long units, int count, float[] panel, int start, int scales, int minima);
}
