// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SentencePieceFormatTest {
    private static final int PIECES = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;
    private static final ProtobufWriter BPE = new ProtobufWriter().integer(3, 2);

    private static ProtobufWriter piece(String piece, float score, int type) {
        return new ProtobufWriter().string(1, piece).float32(2, score).integer(3, type);
    }

    private static ProtobufWriter model() {
        return new ProtobufWriter()
                .message(PIECES, piece("<unk>", 0, 2))
                .message(PIECES, piece("<s>", 0, 3))
                .message(PIECES, piece("</s>", 0, 3))
                .message(PIECES, piece("\u2581", -1, 1))
                .message(PIECES, new ProtobufWriter().string(1, "a"))
                .message(PIECES, piece("\u2581a", -0.5f, 1))
                .message(PIECES, piece("user", 0, 4))
                .message(PIECES, piece("unused", 0, 5));
    }

    private static ProtobufWriter withTrainer(ProtobufWriter trainer) {
        return model().message(TRAINER, trainer);
    }

    private static TokenizerDefinition read(ProtobufWriter model) {
        return Tokenizers.read("test", model.toBytes());
    }

    private static void refused(String message, ProtobufWriter model) {
        var refusal = assertThrows(TokenizerException.class, () -> read(model));
        assertEquals("test: " + message, refusal.getMessage());
    }

    @Test
    void statesWhatTheFileSays() {
        TokenizerDefinition definition = read(model().message(TRAINER, BPE));
        assertEquals("llama", definition.model());
        assertEquals(List.of("<unk>", "<s>", "</s>", "\u2581", "a", "\u2581a", "user", "unused"), definition.pieces());
        assertEquals(List.of(0f, 0f, 0f, -1f, 0f, -0.5f, 0f, 0f), definition.scores());
        assertEquals(
                List.of(
                        TokenType.UNKNOWN,
                        TokenType.CONTROL,
                        TokenType.CONTROL,
                        TokenType.NORMAL,
                        TokenType.NORMAL,
                        TokenType.NORMAL,
                        TokenType.USER_DEFINED,
                        TokenType.UNUSED),
                definition.types());
        assertEquals(new SpecialIds(1, 2, 0, -1, -1, -1, true, false), definition.special());
        assertEquals(new Whitespace(true, true), definition.whitespace(), "the defaults of the format");
        assertArrayEquals(new int[] {5, 5}, Tokenizers.of(definition).encode("  a   a "));
    }

    @Test
    void theUnknownTokenPrintsWhatTheFileSays() {
        assertEquals(
                " \u2047 ", Tokenizers.of(read(model().message(TRAINER, BPE))).decode(new int[] {0}));
        ProtobufWriter trainer = new ProtobufWriter().integer(3, 2).string(44, "<?>");
        assertEquals("a<?>", Tokenizers.of(read(withTrainer(trainer))).decode(new int[] {4, 0}));
    }

    @Test
    void normalizerAndSpecialSpellingsAreRead() {
        TokenizerDefinition definition = read(withTrainer(new ProtobufWriter()
                        .integer(3, 2)
                        .string(46, "</s>")
                        .string(47, "none")
                        .string(48, "<s>")
                        .integer(41, 7))
                .message(
                        NORMALIZER,
                        new ProtobufWriter()
                                .string(1, "identity")
                                .bytes(2)
                                .integer(3, 0)
                                .integer(4, 0)));
        assertEquals(new SpecialIds(2, -1, 0, 1, -1, -1, true, false), definition.special());
        assertEquals(new Whitespace(false, false), definition.whitespace());
    }

    @Test
    void fieldsThatAreNotKnownAreSkipped() {
        ProtobufWriter noise = new ProtobufWriter()
                .tag(200, 1)
                .raw(1, 2, 3, 4, 5, 6, 7, 8)
                .integer(201, -1)
                .float32(202, 1)
                .string(203, "noise");
        byte[] noisy = noise.message(TRAINER, BPE).toBytes();
        TokenizerDefinition definition = Tokenizers.read("test", join(model().toBytes(), noisy));
        assertEquals(8, definition.pieces().size());
    }

    private static byte[] join(byte[] a, byte[] b) {
        return new ProtobufWriter().raw(ints(a)).raw(ints(b)).toBytes();
    }

    private static int[] ints(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).chars().toArray();
    }

    @Test
    void otherAlgorithmsAreRefusedByName() {
        refused("trainer_spec.model_type: found unigram, expected BPE", model());
        ProtobufWriter denormalizer = new ProtobufWriter().string(2, "map");
        refused(
                "denormalizer_spec.precompiled_charsmap: found 3 bytes, expected none",
                withTrainer(BPE).message(5, denormalizer));
        assertEquals(
                8,
                read(withTrainer(BPE).message(5, new ProtobufWriter().string(2, "")))
                        .pieces()
                        .size());
        refused("trainer_spec.model_type: found word, expected BPE", withTrainer(new ProtobufWriter().integer(3, 3)));
        refused(
                "trainer_spec.model_type: found number 9, expected BPE",
                withTrainer(new ProtobufWriter().integer(3, 9)));
        refused(
                "trainer_spec.treat_whitespace_as_suffix: found true, expected false",
                withTrainer(new ProtobufWriter().integer(3, 2).integer(24, 1)));
        refused(
                "normalizer_spec.escape_whitespaces: found false, expected true",
                withTrainer(BPE).message(NORMALIZER, new ProtobufWriter().integer(5, 0)));
    }

    @Test
    void contradictionsAreRefused() {
        refused(
                "pieces of type BYTE: found 0, expected 256 with trainer_spec.byte_fallback, else none",
                withTrainer(new ProtobufWriter().integer(3, 2).integer(35, 1)));
        refused(
                "pieces of type BYTE: found 1, expected 256 with trainer_spec.byte_fallback, else none",
                withTrainer(BPE).message(PIECES, piece("<0x00>", 0, 6)));
        refused(
                "pieces of type UNKNOWN: found 2, expected one",
                withTrainer(BPE).message(PIECES, piece("x", 0, 2)));
        refused("pieces[8] type: found 7, expected 1 to 6", model().message(PIECES, piece("x", 0, 7)));
        refused("pieces[8] type: found 0, expected 1 to 6", model().message(PIECES, piece("x", 0, 0)));
    }

    @Test
    void brokenWireFormatIsRefused() {
        refused(
                "pieces[8] field 1 length: found 100, expected at most the 1 bytes left",
                model().message(
                                PIECES,
                                new ProtobufWriter().tag(1, 2).varint(100).raw('x')));
        refused(
                "pieces[8] field 1 length: found -1, expected at most the 0 bytes left",
                model().message(PIECES, new ProtobufWriter().tag(1, 2).varint(-1)));
        refused(
                "pieces[8] field 2: found 3 bytes left, expected 4 bytes",
                model().message(PIECES, new ProtobufWriter().tag(2, 5).raw(0, 0, 0)));
        refused(
                "pieces[8] field 1: found wire type 0, expected a length and as many bytes (wire type 2)",
                model().message(PIECES, new ProtobufWriter().integer(1, 1)));
        refused(
                "pieces[8] field 9: found wire type 3, expected wire type 0, 1, 2 or 5",
                model().message(PIECES, new ProtobufWriter().tag(9, 3)));
        refused("ModelProto field 9: found wire type 4, expected wire type 0, 1, 2 or 5", model().tag(9, 4));
        refused(
                "ModelProto field number: found 0, expected 1 to 536870911",
                model().tag(0, 0).varint(1));
        refused(
                "ModelProto field 9: found a varint longer than 10 bytes, expected at most 10 bytes",
                model().tag(9, 0).raw(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1));
        refused(
                "ModelProto field 9: found 0 bytes left, expected 1 bytes",
                model().tag(9, 0).raw(255));
        refused(
                "pieces[8] field 1: found bytes that are not UTF-8 (Input length = 1), expected UTF-8",
                model().message(PIECES, new ProtobufWriter().bytes(1, (byte) 0xFF)));
    }

    @Test
    void brokenFilesAreRefusedSoon() {
        byte[] good = model().message(TRAINER, BPE)
                .message(NORMALIZER, new ProtobufWriter().integer(3, 1).integer(4, 0))
                .toBytes();
        assertTrue(Fuzz.truncations(good) < 8, "only at the ends of the normalizer's fields");
        assertTrue(Fuzz.mutations(good, 20_000) > 0, "some changes are harmless");
    }
}
