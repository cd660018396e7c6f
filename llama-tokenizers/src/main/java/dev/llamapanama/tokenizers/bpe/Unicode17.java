// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** The letters in which Unicode 17, whose cases Hugging Face knows, is ahead of Java 25. */
final class Unicode17 {
    private static final int BERIA_ERFE = 0x16EA0;
    private static final int BERIA_ERFE_LETTERS = 25;

    private Unicode17() {}

    static int toLowerCase(int codePoint) {
        if (codePoint >= BERIA_ERFE && codePoint < BERIA_ERFE + BERIA_ERFE_LETTERS) {
            return codePoint + 0x1B;
        }
        boolean latin = codePoint == 0xA7CE || codePoint == 0xA7D2 || codePoint == 0xA7D4;
        return latin ? codePoint + 1 : Character.toLowerCase(codePoint);
    }
}
