// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** The bytes of a character in UTF-8 (Unicode 16, table 3-6), without an array for them. */
final class Utf8Bytes {
    private static final int BITS = 6;

    private Utf8Bytes() {}

    static int count(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** One of the {@code count} bytes of a character, from 0 to 255. */
    static int at(int codePoint, int count, int index) {
        int bits = codePoint >> (BITS * (count - 1 - index));
        if (count == 1) {
            return bits;
        }
        return index == 0 ? bits | ((0xF00 >> count) & 0xFF) : (bits & 0x3F) | 0x80;
    }
}
