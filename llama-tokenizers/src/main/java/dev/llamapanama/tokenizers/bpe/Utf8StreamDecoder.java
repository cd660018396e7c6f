// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.StreamingDecoder;
import java.nio.charset.StandardCharsets;

/** Joins the bytes of tokens to characters (Unicode 16, table 3-7: well-formed UTF-8 byte sequences). */
final class Utf8StreamDecoder implements StreamingDecoder {
    private static final char REPLACEMENT = '\uFFFD';

    /** How bytes that begin a character but do not end it are shown. */
    enum Broken {
        /** Each as U+FFFD, as SentencePiece does. */
        EACH_BYTE,
        /**
         * All together as one U+FFFD, as tiktoken and most decoders do (Unicode 16, section 3.9, U+FFFD substitution).
         */
        TOGETHER
    }

    private final Vocabulary vocabulary;
    private final Broken broken;
    private final boolean stripLeadingSpace;
    private final StringBuilder complete = new StringBuilder();
    private boolean atStart = true;
    private int codePoint;
    private int held;
    private int missing;
    private int lowest;
    private int highest;

    Utf8StreamDecoder(Vocabulary vocabulary, Broken broken, boolean stripLeadingSpace) {
        this.vocabulary = vocabulary;
        this.broken = broken;
        this.stripLeadingSpace = stripLeadingSpace;
    }

    @Override
    public String push(int id) {
        append(id);
        return take();
    }

    @Override
    public String flush() {
        giveUp();
        atStart = true;
        return take();
    }

    /** The whole text of ids; only on a new decoder. */
    String decode(int[] ids) {
        byte[] bytes = vocabulary.join(ids);
        int start = stripLeadingSpace && bytes.length > 0 && bytes[0] == ' ' ? 1 : 0;
        String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        // Without U+FFFD the bytes were characters, of which there is only one reading.
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        for (int id : ids) {
            append(id);
        }
        return flush();
    }

    private String take() {
        String text = complete.toString();
        complete.setLength(0);
        return text;
    }

    private void append(int id) {
        int count = vocabulary.byteCount(id);
        for (int i = 0; i < count; i++) {
            int b = vocabulary.byteAt(id, i);
            if (!(atStart && stripLeadingSpace && b == ' ')) {
                appendByte(b);
            }
            atStart = false;
        }
    }

    private void appendByte(int b) {
        if (missing > 0) {
            if (b >= lowest && b <= highest) {
                proceed(b);
                return;
            }
            giveUp();
        }
        begin(b);
    }

    private void proceed(int b) {
        codePoint = (codePoint << 6) | (b & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
        held++;
        if (--missing == 0) {
            complete.appendCodePoint(codePoint);
        }
    }

    private void giveUp() {
        if (missing > 0) {
            complete.repeat(REPLACEMENT, broken == Broken.EACH_BYTE ? held : 1);
            missing = 0;
        }
    }

    private void begin(int b) {
        if (b < 0x80) {
            complete.append((char) b);
        } else if (b < 0xC2 || b > 0xF4) {
            complete.append(REPLACEMENT);
        } else {
            held = 1;
            missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            codePoint = b & (0x3F >> missing);
            // No overlong forms, no surrogates, nothing above U+10FFFF.
            lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        }
    }
}
