// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The bytes of each token, one after the other. */
final class TokenBytes {
    private final byte[] bytes;
    private final int[] starts;

    TokenBytes(int size, IntFunction<byte[]> tokens) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(size * 8);
        starts = new int[size + 1];
        for (int token = 0; token < size; token++) {
            byte[] own = tokens.apply(token);
            // A token that long is no text that anyone writes; depths have 16 bits.
            if (own.length < Character.MAX_VALUE) {
                all.writeBytes(own);
            }
            starts[token + 1] = all.size();
        }
        bytes = all.toByteArray();
    }

    int size() {
        return starts.length - 1;
    }

    /** 0 where the token stands for no text. */
    int length(int token) {
        return starts[token + 1] - starts[token];
    }

    byte get(int token, int index) {
        return bytes[starts[token] + index];
    }

    /**
     * The tokens that stand for text in the order of their bytes. Numbers are sorted that hold the first bytes and the token, then those of
     * equal first bytes are by all of them: several times as fast as comparing all bytes.
     */
    int[] sorted() {
        long[] keys = IntStream.range(0, size())
                .filter(token -> length(token) > 0)
                .mapToLong(this::key)
                .sorted()
                .toArray();
        int[] tokens = Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
        int start = 0;
        for (int end = 1; end <= keys.length; end++) {
            if (end == keys.length || keys[end] >>> Integer.SIZE != keys[start] >>> Integer.SIZE) {
                sort(tokens, start, end);
                start = end;
            }
        }
        return tokens;
    }

    private long key(int token) {
        int first = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            first = first << Byte.SIZE | (i < length(token) ? get(token, i) & 0xFF : 0);
        }
        return (long) (first ^ Integer.MIN_VALUE) << Integer.SIZE | token;
    }

    private void sort(int[] tokens, int start, int end) {
        if (end - start > 1) {
            int[] sorted = Arrays.stream(tokens, start, end)
                    .boxed()
                    .sorted(this::compare)
                    .mapToInt(Integer::intValue)
                    .toArray();
            System.arraycopy(sorted, 0, tokens, start, sorted.length);
        }
    }

    private int compare(int one, int other) {
        return Arrays.compareUnsigned(bytes, starts[one], starts[one + 1], bytes, starts[other], starts[other + 1]);
    }

    /** How many bytes two tokens begin with. */
    int common(int one, int other) {
        int mismatch = Arrays.mismatch(bytes, starts[one], starts[one + 1], bytes, starts[other], starts[other + 1]);
        return mismatch < 0 ? length(one) : mismatch;
    }
}
