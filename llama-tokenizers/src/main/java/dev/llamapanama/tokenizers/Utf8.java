// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: what a file spells must be text. */
final class Utf8 {
    private Utf8() {}

    static String decode(String source, String field, ByteBuffer bytes) {
        if (bytes.hasArray()) {
            int start = bytes.arrayOffset() + bytes.position();
            String text = new String(bytes.array(), start, bytes.remaining(), StandardCharsets.UTF_8);
            // Several times as fast, but what isn't UTF-8 becomes U+FFFD.
            if (text.indexOf('\uFFFD') < 0) {
                return text;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new TokenizerException(source, field, "bytes that are not UTF-8 (" + e.getMessage() + ")", "UTF-8");
        }
    }
}
