// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StreamingDecoderTest {
    private static final Tokenizer BYTES = DefinitionBuilder.byteLevel("llama-bpe")
            .piece("<|eot_id|>", TokenType.CONTROL, 0)
            .tokenizer();

    private static Tokenizer sentencePiece(boolean dummyPrefix) {
        return DefinitionBuilder.sentencePiece()
                .whitespace(dummyPrefix, false)
                .byteFallback()
                .pieces("\u2581", "\u2581\u2581", "\u2581a", "a", "\u00E9", "\uD83E\uDD99")
                .piece("\u2581unused", TokenType.UNUSED, 0)
                .piece("<user\u2581made>", TokenType.USER_DEFINED, 0)
                .tokenizer();
    }

    private static String streamed(Tokenizer tokenizer, int... ids) {
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        StringBuilder text = new StringBuilder();
        IntStream.of(ids).forEach(id -> text.append(decoder.push(id)));
        return text + decoder.flush();
    }

    @Test
    void neverGivesHalfACharacter() {
        StreamingDecoder decoder = BYTES.streamingDecoder();
        List<String> pieces = IntStream.of(0xF0, 0x9F, 0xA6, 0x99, 'a')
                .mapToObj(decoder::push)
                .toList();
        assertEquals(List.of("", "", "", "\uD83E\uDD99", "a"), pieces);
        assertEquals("", decoder.flush());
    }

    @Test
    void givesImpossibleBytesAtOnceAndHeldOnesAtTheEnd() {
        StreamingDecoder decoder = BYTES.streamingDecoder();
        assertEquals("\uFFFD", decoder.push(0x80));
        assertEquals("\uFFFD", decoder.push(0xFF));
        assertEquals("\uFFFD", decoder.push(0xC0));
        assertEquals("", decoder.push(0xE2));
        assertEquals("\uFFFDx", decoder.push('x'));
        assertEquals("", decoder.push(0xED));
        assertEquals("\uFFFD\uFFFD", decoder.push(0xA0), "a surrogate is no character");
        assertEquals("", decoder.push(0xF0));
        assertEquals("", decoder.push(0x9F));
        assertEquals("", decoder.push(256), "control tokens print nothing");
        assertEquals("\uFFFD", decoder.flush());
        assertEquals("", decoder.flush());
    }

    @Test
    void leadingSpaceGoesOnceAtTheVeryStart() {
        Tokenizer tokenizer = sentencePiece(true);
        int space = tokenizer.idOf("\u2581").orElseThrow();
        int a = tokenizer.idOf("\u2581a").orElseThrow();
        assertEquals("a a", streamed(tokenizer, 1, a, a));
        assertEquals(" a", streamed(tokenizer, 1, 2, space, a, 2));
        assertEquals(" a", sentencePiece(false).decode(new int[] {a}));
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        assertEquals("a", decoder.push(a));
        assertEquals("", decoder.flush());
        assertEquals("a", decoder.push(a), "a new text after the flush");
    }

    @Test
    void tokensOfEveryTypePrintWhatTheyStandFor() {
        Tokenizer tokenizer = sentencePiece(true);
        assertEquals("", tokenizer.decode(new int[] {1, 2}));
        assertEquals(" \u2047 ", tokenizer.decode(new int[] {0}), "that space is no piece's");
        assertEquals("A", tokenizer.decode(new int[] {tokenizer.idOf("<0x41>").orElseThrow()}));
        assertEquals(
                "unused",
                tokenizer.decode(new int[] {tokenizer.idOf("\u2581unused").orElseThrow()}));
        assertEquals(
                "<user made>",
                tokenizer.decode(new int[] {tokenizer.idOf("<user\u2581made>").orElseThrow()}));
    }

    @Test
    void equalsDecodingForAnyIdsByteLevel() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            int[] ids = random.ints(random.nextInt(12), 0, 257)
                    .map(id -> random.nextInt(4) > 0
                            ? id
                            : "\u00E9\uD83E\uDD99".getBytes(StandardCharsets.UTF_8)[id % 6] & 0xFF)
                    .toArray();
            String expected = replaced(bytes(BYTES, ids), true);
            assertEquals(expected, BYTES.decode(ids), () -> Arrays.toString(ids));
            assertEquals(expected, streamed(BYTES, ids), () -> Arrays.toString(ids));
        }
    }

    /** Runs of bytes and pieces one after the other, as {@code SentencePieceProcessor::Decode} goes about it. */
    private static String written(Tokenizer tokenizer, int[] ids, boolean dummyPrefix) {
        StringBuilder text = new StringBuilder();
        boolean atStart = dummyPrefix;
        for (int at = 0, end; at < ids.length; at = end) {
            end = at + 1;
            boolean bytes = tokenizer.type(ids[at]) == TokenType.BYTE;
            while (bytes && end < ids.length && tokenizer.type(ids[end]) == TokenType.BYTE) {
                end++;
            }
            String part = replaced(bytes(tokenizer, Arrays.copyOfRange(ids, at, end)), false);
            boolean strips =
                    atStart && text.isEmpty() && tokenizer.piece(ids[at]).startsWith("\u2581");
            text.append(strips ? part.substring(1) : part);
            atStart &= !strips;
        }
        return text.toString();
    }

    @Test
    void equalsDecodingForAnyIdsSentencePiece() {
        Random random = new Random(2);
        for (boolean dummyPrefix : new boolean[] {true, false}) {
            Tokenizer tokenizer = sentencePiece(dummyPrefix);
            for (int i = 0; i < 20_000; i++) {
                int[] ids = random.ints(random.nextInt(10), 0, tokenizer.vocabularySize())
                        .map(id -> random.nextBoolean() ? id : random.nextInt(256, tokenizer.vocabularySize()))
                        .toArray();
                String expected = written(tokenizer, ids, dummyPrefix);
                assertEquals(expected, tokenizer.decode(ids), () -> Arrays.toString(ids));
                assertEquals(expected, streamed(tokenizer, ids), () -> Arrays.toString(ids));
            }
        }
    }

    private static byte[] bytes(Tokenizer tokenizer, int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        IntStream.of(ids).forEach(id -> bytes.writeBytes(tokenizer.tokenBytes(id)));
        return bytes.toByteArray();
    }

    /** Characters where there are any; else U+FFFD for every byte, or for as many as could have begun a character. */
    private static String replaced(byte[] bytes, boolean together) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; ) {
            int whole = longest(WHOLE, bytes, at);
            int begun = together ? longest(BEGUN, bytes, at) : 0;
            text.append(whole == 0 ? "\uFFFD" : new String(bytes, at, whole, StandardCharsets.UTF_8));
            at += Math.max(1, Math.max(whole, begun));
        }
        return text.toString();
    }

    private static int longest(Set<String> known, byte[] bytes, int at) {
        for (int length = Math.min(4, bytes.length - at); length > 0; length--) {
            if (known.contains(new String(bytes, at, length, StandardCharsets.ISO_8859_1))) {
                return length;
            }
        }
        return 0;
    }

    private static final Set<String> WHOLE = new HashSet<>();
    private static final Set<String> BEGUN = new HashSet<>();

    static {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] utf8 = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                String bytes = new String(utf8, StandardCharsets.ISO_8859_1);
                WHOLE.add(bytes);
                if (c % 64 == 0) {
                    IntStream.range(1, bytes.length()).forEach(n -> BEGUN.add(bytes.substring(0, n)));
                }
            }
        }
    }

    @Test
    void refusesIdsThatAreNotThereAndStaysAsItWas() {
        StreamingDecoder decoder = BYTES.streamingDecoder();
        decoder.push(0xC3);
        for (int id : new int[] {-1, 257, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> decoder.push(id));
            assertEquals("test: token id: found " + id + ", expected 0 to 256", refusal.getMessage());
            assertThrows(IllegalArgumentException.class, () -> BYTES.decode(new int[] {id}));
        }
        assertEquals("\u00E9", decoder.push(0xA9));
    }
}
