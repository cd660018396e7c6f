// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class Llama2cFormatTest {
    private static final List<String> START = List.of("<unk>", "\n<s>\n", "\n</s>\n");

    private static byte[] file(int longest, String... more) {
        List<String> tokens = new ArrayList<>(START);
        tokens.addAll(List.of(more));
        return tokens(longest, tokens);
    }

    private static byte[] tokens(int longest, List<String> tokens) {
        ByteBuffer out =
                ByteBuffer.allocate(10_000).order(ByteOrder.LITTLE_ENDIAN).putInt(longest);
        for (int id = 0; id < tokens.size(); id++) {
            byte[] bytes = tokens.get(id).getBytes(StandardCharsets.UTF_8);
            out.putFloat(-id).putInt(bytes.length).put(bytes);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void refused(String message, byte[] file) {
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.read("test", file));
        assertEquals("test: " + message, refusal.getMessage());
    }

    @Test
    void statesWhatTheFileSays() {
        TokenizerDefinition definition = Tokenizers.read("test", file(9, " a", "a", " ", "<0x41>", "  "));
        assertEquals("llama", definition.model());
        assertEquals(
                List.of("<unk>", "<s>", "</s>", "\u2581a", "a", "\u2581", "<0x41>", "\u2581\u2581"),
                definition.pieces());
        assertEquals(
                List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL, TokenType.NORMAL, TokenType.NORMAL),
                definition.types().subList(0, 5));
        assertEquals(TokenType.BYTE, definition.types().get(6));
        assertEquals(List.of(0f, -1f, -2f, -3f, -4f, -5f, -6f, -7f), definition.scores());
        assertEquals(new SpecialIds(1, 2, 0, -1, 1, -1, true, false), definition.special());
        assertEquals(new Whitespace(true, false), definition.whitespace());
        Tokenizer tokenizer = Tokenizers.of(definition);
        assertArrayEquals(new int[] {1, 3, 5, 3}, tokenizer.encode("a  a", EncodeOptions.PROMPT));
        assertEquals("a  a", tokenizer.decode(new int[] {1, 3, 7, 4, 2}));
    }

    @Test
    void anyLengthOfTheLongestTokenIsRecognised() {
        for (int longest : new int[] {7, 8, 9, 10, 11, 18, 65, 255, 256, 0x0A0A, 65535}) {
            assertEquals(4, Tokenizers.read("test", file(longest, "a")).pieces().size());
        }
    }

    @Test
    void contradictionsAreRefused() {
        refused("token 3 length: found 8, expected 1 to 7", file(7, "too long"));
        refused("token 3 length: found 0, expected 1 to 7", file(7, "", "a"));
        refused("tokens: found 2, expected unknown, begin, end and more", tokens(9, START.subList(0, 2)));
        refused(
                "token 1: found \"a\\nb\", expected \"\\n<s>\\n\"",
                tokens(9, Stream.of("<unk>", "a\nb", "\n</s>\n").toList()));
        refused(
                "token 2: found \"</s>\", expected \"\\n</s>\\n\"",
                tokens(9, Stream.of("<unk>", "\n<s>\n", "</s>").toList()));
        byte[] negative = file(9, "abc");
        negative[negative.length - 4] = -1;
        refused("token 3 length: found -16777213, expected 1 to 3", negative);
        byte[] notText = file(9, "abc");
        notText[notText.length - 1] = (byte) 0xC3;
        refused("token 3: found bytes that are not UTF-8 (Input length = 1), expected UTF-8", notText);
    }

    @Test
    void endsWithinATokenAreRefused() {
        byte[] good = file(9, "abc");
        refused("token 3: found 7 bytes left, expected a score and a length", Arrays.copyOf(good, good.length - 4));
        refused("token 3 length: found 3, expected 1 to 2", Arrays.copyOf(good, good.length - 1));
        refused("tokens: found 0, expected unknown, begin, end and more", Arrays.copyOf(good, 4));
    }

    @Test
    void brokenFilesAreRefusedSoon() {
        byte[] good = file(9, " a", "a", "<0x41>", " fuzz", "y");
        assertEquals(5, Fuzz.truncations(good), "at the ends of tokens 2 to 6");
        assertTrue(Fuzz.mutations(good, 20_000) > 0, "some changes are harmless");
    }
}
