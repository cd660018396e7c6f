// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.Arrays;
import java.util.Optional;

/**
 * The alphabet in which GPT-2's {@code bytes_to_unicode} and every vocabulary after it spell bytes: 33–126, 161–172 and
 * 174–255 stand for themselves, the other 68 in order are U+0100 and on. Token spellings of byte-level BPE are written
 * in it.
 */
public final class ByteAlphabet {
    private static final int UNPRINTABLE = 68;
    private static final char[] LETTERS = letters();
    private static final short[] BYTES = bytesOf(LETTERS);

    private ByteAlphabet() {}

    private static char[] letters() {
        char[] letters = new char[256];
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b != 173);
            letters[b] = printable ? (char) b : next++;
        }
        return letters;
    }

    private static short[] bytesOf(char[] letters) {
        short[] bytes = new short[256 + UNPRINTABLE];
        Arrays.fill(bytes, (short) -1);
        for (int b = 0; b < 256; b++) {
            bytes[letters[b]] = (short) b;
        }
        return bytes;
    }

    /** The letters of bytes. */
    public static String spell(byte[] bytes) {
        StringBuilder spelling = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            spelling.append(LETTERS[b & 0xFF]);
        }
        return spelling.toString();
    }

    /** The bytes of a spelling, or nothing where it holds a character outside the alphabet. */
    public static Optional<byte[]> bytes(String spelling) {
        byte[] bytes = new byte[spelling.length()];
        for (int i = 0; i < bytes.length; i++) {
            char letter = spelling.charAt(i);
            if (letter >= BYTES.length || BYTES[letter] < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) BYTES[letter];
        }
        return Optional.of(bytes);
    }
}
