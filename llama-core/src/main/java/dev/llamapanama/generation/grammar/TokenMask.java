// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tokens that may come next: a bit for each, or, where they are few, a list. */
final class TokenMask {
    private final long @Nullable [] bits;
    private final int[] list;
    private final int hash;

    private TokenMask(long @Nullable [] bits, int[] list) {
        this.bits = bits;
        this.list = list;
        hash = 31 * Arrays.hashCode(bits) + Arrays.hashCode(list);
    }

    /** @param bits a bit for each token; must not change any more */
    static TokenMask of(long[] bits) {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        return count > bits.length ? new TokenMask(bits, new int[0]) : new TokenMask(null, listed(bits, count));
    }

    private static int[] listed(long[] bits, int count) {
        int[] list = new int[count];
        int size = 0;
        for (int word = 0; word < bits.length; word++) {
            for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
                list[size++] = word * Long.SIZE + Long.numberOfTrailingZeros(rest);
            }
        }
        return list;
    }

    boolean isEmpty() {
        return bits == null && list.length == 0;
    }

    /** Of heap. */
    int sizeInBytes() {
        return bits == null ? list.length * Integer.BYTES : bits.length * Long.BYTES;
    }

    /** Leaves the logits of these tokens and makes all others -∞. */
    void apply(float[] logits) {
        if (bits == null) {
            applyList(logits);
        } else {
            applyBits(bits, logits);
        }
    }

    private void applyList(float[] logits) {
        float[] kept = new float[list.length];
        for (int i = 0; i < list.length; i++) {
            kept[i] = logits[list[i]];
        }
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < list.length; i++) {
            logits[list[i]] = kept[i];
        }
    }

    private static void applyBits(long[] bits, float[] logits) {
        for (int word = 0; word < bits.length; word++) {
            int start = word * Long.SIZE;
            if (bits[word] == 0) {
                Arrays.fill(logits, start, Math.min(start + Long.SIZE, logits.length), Float.NEGATIVE_INFINITY);
                continue;
            }
            for (long missing = ~bits[word]; missing != 0; missing &= missing - 1) {
                int token = start + Long.numberOfTrailingZeros(missing);
                if (token < logits.length) {
                    logits[token] = Float.NEGATIVE_INFINITY;
                }
            }
        }
        Arrays.fill(logits, Math.min(bits.length * Long.SIZE, logits.length), logits.length, Float.NEGATIVE_INFINITY);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenMask mask
                && hash == mask.hash
                && Arrays.equals(bits, mask.bits)
                && Arrays.equals(list, mask.list);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
