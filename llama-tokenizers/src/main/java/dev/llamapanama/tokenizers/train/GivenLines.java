// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Lines that the caller has. */
record GivenLines(String source, Iterable<String> lines) implements Lines {
    @Override
    public long forEach(int maxBytes, Consumer<String> action) {
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        long number = 0;
        long tooLong = 0;
        for (String line : lines) {
            number++;
            if (bytes(utf8, line, number) > maxBytes) {
                tooLong++;
            } else {
                action.accept(line);
            }
        }
        return tooLong;
    }

    private int bytes(CharsetEncoder utf8, String line, long number) {
        try {
            return utf8.encode(CharBuffer.wrap(line)).remaining();
        } catch (CharacterCodingException e) {
            throw new TokenizerException(source, "line " + number, "half a surrogate pair", "Unicode text");
        }
    }
}
