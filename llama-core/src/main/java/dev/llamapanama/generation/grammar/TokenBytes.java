// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.IntFunction;

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

    int compare(int one, int other) {
        return Arrays.compareUnsigned(bytes, starts[one], starts[one + 1], bytes, starts[other], starts[other + 1]);
    }

    /** How many bytes two tokens begin with. */
    int common(int one, int other) {
        int mismatch = Arrays.mismatch(bytes, starts[one], starts[one + 1], bytes, starts[other], starts[other + 1]);
        return mismatch < 0 ? length(one) : mismatch;
    }
}
