// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;

/** Bytes that no edge tells apart are one class. */
final class ByteClasses {
    private static final int BYTES = 256;

    private final byte[] classes = new byte[BYTES];
    private final int[] representatives;

    private ByteClasses(boolean[] begins) {
        int[] found = new int[BYTES];
        int count = 0;
        for (int b = 0; b < BYTES; b++) {
            if (begins[b]) {
                found[count++] = b;
            }
            classes[b] = (byte) (count - 1);
        }
        representatives = Arrays.copyOf(found, count);
    }

    /** Classes of edges whose first two fields are the first and the last byte. */
    static ByteClasses of(Edges edges) {
        boolean[] begins = new boolean[BYTES + 1];
        begins[0] = true;
        for (int edge = 0; edge < edges.count(); edge++) {
            begins[edges.get(edge, 0)] = true;
            begins[edges.get(edge, 1) + 1] = true;
        }
        return new ByteClasses(begins);
    }

    int count() {
        return representatives.length;
    }

    int of(byte b) {
        return classes[b & 0xFF] & 0xFF;
    }

    /** The first byte of a class. */
    int representative(int byteClass) {
        return representatives[byteClass];
    }
}
