// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.TokenType;
import java.nio.charset.StandardCharsets;

/** Joins the bytes of tokens to characters (Unicode 16, table 3-7: well-formed UTF-8 byte sequences). */
final class Utf8StreamDecoder implements StreamingDecoder {
    private static final char REPLACEMENT = '\uFFFD';

    /** How bytes that begin a character but do not end it are shown. */
    enum Broken {
        /** Each as U+FFFD. */
        EACH_BYTE,
        /** Each as U+FFFD, and any token but that of a byte ends the character, also one that prints nothing, as in SentencePiece. */
        AT_EVERY_PIECE,
        /**
         * All together as one U+FFFD, as tiktoken and most decoders do (Unicode 16, section 3.9, U+FFFD substitution).
         */
        TOGETHER
    }

    /** Which spaces at the very beginning of a text are taken off. */
    enum LeadingSpaces {
        KEPT,
        /** The first character, if it is one: {@code Strip} of Hugging Face. */
        FIRST,
        /**
         * That with which a piece begins, spelled U+2581, if nothing was written before it (google/sentencepiece
         * src/sentencepiece_processor.cc, {@code Decode}).
         */
        OF_PIECE,
        /** The same, where SentencePiece removes extra white space: pieces that are left empty don't count as written. */
        OF_PIECES
    }

    private final Vocabulary vocabulary;
    private final Broken broken;
    private final LeadingSpaces leading;
    private final StringBuilder complete = new StringBuilder();
    private boolean atStart = true;
    private int codePoint;
    private int held;
    private int missing;
    private int lowest;
    private int highest;

    Utf8StreamDecoder(Vocabulary vocabulary, Broken broken, LeadingSpaces leading) {
        this.vocabulary = vocabulary;
        this.broken = broken;
        this.leading = leading;
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
        int start = 0;
        for (int i = 0; i < ids.length && atStart; i++) {
            start += stripped(ids[i]);
        }
        atStart = true;
        String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        // Without U+FFFD the bytes were characters, of which there is only one reading.
        if (text.indexOf(REPLACEMENT) < 0 && !(broken == Broken.AT_EVERY_PIECE && mayBreak(ids))) {
            return text;
        }
        for (int id : ids) {
            append(id);
        }
        return flush();
    }

    /** Whether a token that prints nothing comes after that of a byte. */
    private boolean mayBreak(int[] ids) {
        for (int i = 1; i < ids.length; i++) {
            if (vocabulary.byteCount(ids[i]) == 0 && vocabulary.type(ids[i - 1]) == TokenType.BYTE) {
                return true;
            }
        }
        return false;
    }

    private String take() {
        String text = complete.toString();
        complete.setLength(0);
        return text;
    }

    private void append(int id) {
        if (broken == Broken.AT_EVERY_PIECE && vocabulary.type(id) != TokenType.BYTE) {
            giveUp();
        }
        int count = vocabulary.byteCount(id);
        for (int i = stripped(id); i < count; i++) {
            appendByte(vocabulary.byteAt(id, i));
        }
    }

    /** How many bytes of the next token are taken off. */
    private int stripped(int id) {
        int count = vocabulary.byteCount(id);
        if (!atStart || count == 0) {
            return 0;
        }
        boolean strips = switch (leading) {
            case KEPT -> false;
            case FIRST -> vocabulary.byteAt(id, 0) == ' ';
            case OF_PIECE, OF_PIECES -> vocabulary.piece(id).charAt(0) == SpaceNormalizer.SPACE;
        };
        atStart = strips && count == 1 && leading == LeadingSpaces.OF_PIECES;
        return strips ? 1 : 0;
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
            complete.repeat(REPLACEMENT, broken == Broken.TOGETHER ? 1 : held);
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
