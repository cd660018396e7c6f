// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Places of tokens, and counting. */
final class EncodingTest {
    private static final Tokenizer BYTES = DefinitionBuilder.byteLevel("llama-bpe")
            .token((byte) ' ', (byte) 'a')
            .token((byte) 0xA9, (byte) 'a')
            .token((byte) 'a', (byte) 0xC3)
            .token((byte) 0xF0, (byte) 0x9F)
            .tokenizer();

    private static DefinitionBuilder pieces() {
        return DefinitionBuilder.sentencePiece()
                .byteFallback()
                .pieces("\u2581", "a", "b", "\u2581a", "\u2581\u2581", "ab", "\u2581ab");
    }

    private static String places(Encoding encoding) {
        return String.join(
                " ",
                IntStream.range(0, encoding.size())
                        .mapToObj(i -> encoding.start(i) + "-" + encoding.end(i))
                        .toList());
    }

    @Test
    void tokensOfPartsOfACharacterHaveThePlaceOfAllOfIt() {
        assertEquals("0-2 2-4 2-4 2-4", places(BYTES.encodeWithOffsets(" a\uD83E\uDD99")));
        assertEquals("0-2 1-2", places(BYTES.encodeWithOffsets("a\u00E9")));
        assertEquals("0-1 0-2", places(BYTES.encodeWithOffsets("\u00E9a")));
    }

    @Test
    void theSpaceBeforeATextHasNoPlaceOfItsOwn() {
        Tokenizer tokenizer = pieces().whitespace(true, false).tokenizer();
        assertEquals("0-2 2-4", places(tokenizer.encodeWithOffsets("ab a")));
        assertEquals("0-0 0-1 0-1 1-2", places(tokenizer.encodeWithOffsets("\u00E9b")));
    }

    @Test
    void removedSpacesBelongToTheTokenOfThoseThatStay() {
        Tokenizer tokenizer = pieces().whitespace(true, true).tokenizer();
        assertEquals("2-3 3-6 6-7 6-7", places(tokenizer.encodeWithOffsets("  a  a\u00E9  ")));
        assertEquals("", places(tokenizer.encodeWithOffsets("   ")));
    }

    @Test
    void addedTokensAndBoundariesHavePlacesToo() {
        Tokenizer tokenizer = pieces().whitespace(true, false).tokenizer();
        EncodeOptions options = new EncodeOptions(Boundary.ALWAYS, Boundary.ALWAYS, true);
        assertEquals("0-0 0-1 1-5 5-7 7-7", places(tokenizer.encodeWithOffsets("a</s>ab", options)));
    }

    @Test
    void idsArePlacedInOrderAndCountedForAnyText() {
        Random random = new Random(5);
        Tokenizer sentencePiece = pieces().whitespace(true, false).tokenizer();
        for (int i = 0; i < 3000; i++) {
            String text = RandomText.any(random);
            for (Tokenizer tokenizer : List.of(BYTES, sentencePiece)) {
                Encoding encoding = tokenizer.encodeWithOffsets(text);
                assertArrayEquals(tokenizer.encode(text), encoding.ids());
                assertEquals(encoding.size(), tokenizer.count(text));
                requireOrder(encoding, text);
            }
            requireOwnBytes(BYTES.encodeWithOffsets(text), RandomText.wellFormed(text));
        }
    }

    private static void requireOrder(Encoding encoding, String text) {
        int reached = 0;
        for (int i = 0; i < encoding.size(); i++) {
            assertTrue(encoding.start(i) <= reached, "no gap");
            assertTrue(i == 0 || encoding.start(i) >= encoding.start(i - 1), "in order");
            reached = Math.max(reached, encoding.end(i));
        }
        assertEquals(text.length(), reached);
    }

    /** A token's bytes are within those of the text at its place. */
    private static void requireOwnBytes(Encoding encoding, String text) {
        for (int i = 0; i < encoding.size(); i++) {
            String place = text.substring(encoding.start(i), encoding.end(i));
            String bytes = new String(place.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            String own = new String(BYTES.tokenBytes(encoding.id(i)), StandardCharsets.ISO_8859_1);
            assertTrue(bytes.contains(own));
        }
    }

    @Test
    void isAValue() {
        Encoding encoding = BYTES.encodeWithOffsets("ab");
        assertEquals(encoding, BYTES.encodeWithOffsets("ab"));
        assertEquals(encoding.hashCode(), BYTES.encodeWithOffsets("ab").hashCode());
        encoding.ids()[0] = 7;
        assertEquals('a', encoding.id(0));
        assertEquals("Encoding[97, 98]", encoding.toString());
        assertThrows(IllegalArgumentException.class, () -> new Encoding(new int[2], new int[2], new int[1]));
    }
}
