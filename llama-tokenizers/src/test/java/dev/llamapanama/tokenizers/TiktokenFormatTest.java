// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TiktokenFormatTest {
    private static final String LLAMA_3 = file(128_000);

    /** All bytes, all pairs of bytes, then triples. */
    private static String file(int ranks) {
        StringBuilder lines = new StringBuilder();
        for (int rank = 0; rank < ranks; rank++) {
            lines.append(line(token(rank), rank));
        }
        return lines.toString();
    }

    private static byte[] token(int rank) {
        int pair = rank - 256;
        int triple = pair - 65536;
        if (pair < 0) {
            return new byte[] {(byte) rank};
        }
        return triple < 0
                ? new byte[] {(byte) (pair >> 8), (byte) pair}
                : new byte[] {(byte) (triple >> 16), (byte) (triple >> 8), (byte) triple};
    }

    private static String line(byte[] token, int rank) {
        return Base64.getEncoder().encodeToString(token) + " " + rank + "\n";
    }

    private static TokenizerDefinition read(String file) {
        return Tokenizers.read("test", file.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void refused(String message, String file) {
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.of(read(file)));
        assertEquals("test: " + message, refusal.getMessage());
    }

    @Test
    void llama3HasItsControlTokens() {
        Tokenizer tokenizer = Tokenizers.of(read(LLAMA_3));
        assertEquals(128_256, tokenizer.vocabularySize());
        assertEquals(128_000, tokenizer.idOf("<|begin_of_text|>").orElseThrow());
        assertEquals(128_003, tokenizer.idOf("<|reserved_special_token_1|>").orElseThrow());
        assertEquals(128_006, tokenizer.idOf("<|start_header_id|>").orElseThrow());
        assertEquals(128_007, tokenizer.idOf("<|end_header_id|>").orElseThrow());
        assertEquals(128_010, tokenizer.idOf("<|python_tag|>").orElseThrow());
        assertEquals(128_011, tokenizer.idOf("<|image|>").orElseThrow());
        assertEquals("<|reserved_special_token_2|>", tokenizer.piece(128_012));
        assertEquals("<|reserved_special_token_245|>", tokenizer.piece(128_255));
        SpecialTokens special = tokenizer.specialTokens();
        assertEquals(OptionalInt.of(128_000), special.bos());
        assertEquals(OptionalInt.of(128_001), special.eos());
        assertEquals(OptionalInt.of(128_009), special.eot());
        assertEquals(OptionalInt.of(128_008), special.eom());
        assertEquals(OptionalInt.of(128_004), special.pad());
        assertEquals(OptionalInt.empty(), special.unknown());
        assertEquals(Set.of(128_001, 128_008, 128_009), special.endOfGeneration());
        assertTrue(special.addBos());
        assertEquals(TokenType.CONTROL, tokenizer.type(128_255));
    }

    @Test
    void llama4HasItsControlTokens() {
        TokenizerDefinition definition = read(file(200_000));
        assertEquals("llama4", definition.preTokenizer());
        assertEquals(202_048, definition.pieces().size());
        assertEquals(202_048, new HashSet<>(definition.pieces()).size());
        assertEquals("<|begin_of_text|>", definition.pieces().get(200_000));
        assertEquals("<|header_start|>", definition.pieces().get(200_005));
        assertEquals("<|python_start|>", definition.pieces().get(200_016));
        assertEquals(
                "<|text_post_train_reserved_special_token_68|>",
                definition.pieces().get(200_079));
        assertEquals("<|image_start|>", definition.pieces().get(200_080));
        assertEquals("<|tile_x_separator|>", definition.pieces().get(200_084));
        assertEquals("<|image|>", definition.pieces().get(200_090));
        assertEquals("<|patch|>", definition.pieces().get(200_092));
        assertEquals(
                "<|vision_reserved_special_token_1047|>", definition.pieces().get(201_133));
        assertEquals("<|reasoning_thinking_start|>", definition.pieces().get(201_142));
        assertEquals("<|reserved_special_token_0|>", definition.pieces().get(201_144));
        assertEquals("<|reserved_special_token_903|>", definition.pieces().get(202_047));
        SpecialTokens special = SpecialTokens.of(definition);
        assertEquals(Set.of(200_001, 200_007, 200_008), special.endOfGeneration());
        assertEquals(OptionalInt.of(200_018), special.pad());
    }

    @Test
    void smallerVocabulariesAreOfTheKindOfLlama3() {
        Tokenizer tokenizer = Tokenizers.of(read(file(1000)));
        assertEquals(1256, tokenizer.vocabularySize());
        assertEquals(1009, tokenizer.idOf("<|eot_id|>").orElseThrow());
        assertEquals(
                256, Tokenizers.of(read(file(256))).idOf("<|begin_of_text|>").orElseThrow());
    }

    @Test
    void idsAreRanks() {
        Tokenizer tokenizer = Tokenizers.of(read(LLAMA_3));
        assertArrayEquals(new int[] {256 + 'a' * 256 + 'b'}, tokenizer.encode("ab"));
        assertArrayEquals(new int[] {256 + 'a' * 256 + 'b', 'c'}, tokenizer.encode("abc"));
        assertEquals("\u0000ab", tokenizer.decode(new int[] {256 + 65536 + 'a' * 256 + 'b'}));
    }

    @Test
    void linesMayEndAsTheyLikeAndStandInAnyOrder() {
        String crlf = LLAMA_3.replace("\n", "\r\n") + "\r\n\r\n";
        assertEquals(128_256, read(crlf).pieces().size());
        String last = line(token(127_999), 127_999);
        assertEquals(
                read(LLAMA_3).pieces(), read(last + LLAMA_3.replace(last, "")).pieces());
    }

    @Test
    void contradictionsAreRefused() {
        String expected = "expected 128000 (Llama 3), 200000 (Llama 4) or 256 to 128000 of one's own";
        refused("ranks: found 1, " + expected, "IQ== 0\n");
        refused("ranks: found 100256, " + expected, file(100_256));
        refused("ranks: found 151643, " + expected, file(151_643));
        String first = line(token(0), 0);
        String rest = LLAMA_3.substring(first.length());
        refused(
                "rank line 1: found rank 1 again, expected every rank once",
                rest.lines().findFirst().orElseThrow() + "\n" + rest);
        refused("rank line 0: found rank 128000, expected a rank below 128000", line(token(0), 128_000) + rest);
        refused("token 1: found the spelling of token 0 again, expected another spelling", line(token(1), 0) + rest);
        refused(
                "tokens: found none for byte 0, expected one for every byte, or an unknown token",
                line("other".getBytes(StandardCharsets.UTF_8), 0) + rest);
        String second = line(token(1), 1);
        String others = rest.substring(second.length());
        refused("rank line 1: found another form, expected base64, a space and a number", first + "AQ==  1\n" + others);
        refused(
                "rank line 1: found another form, expected base64, a space and a number",
                first + "AQ== 12345678901\n" + others);
        refused("rank line 1: found letters that do not make bytes, expected base64", first + "A= 1\n" + others);
    }

    @Test
    void brokenFilesAreRefusedSoon() {
        byte[] good = LLAMA_3.getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(Fuzz.mutations(good, 30) < 30, "most changes do harm");
        byte[] start = Arrays.copyOf(good, 300);
        assertEquals(0, Fuzz.truncations(start));
    }
}
