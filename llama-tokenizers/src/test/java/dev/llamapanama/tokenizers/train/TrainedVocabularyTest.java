// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vocabularies worked out by hand. */
final class TrainedVocabularyTest {
    private static final int SPECIAL = 3;

    /** Without bytes, and with every character. */
    private static SentencePieceOptions.Builder options(int vocabularySize) {
        return SentencePieceOptions.builder(vocabularySize).byteFallback(false).characterCoverage(1);
    }

    private static TokenizerDefinition train(SentencePieceOptions.Builder options, String... lines) {
        return TokenizerTrainer.sentencePiece(options.build())
                .train("text", List.of(lines))
                .definition();
    }

    private static List<String> learned(SentencePieceOptions.Builder options, String... lines) {
        List<String> pieces = train(options, lines).pieces();
        return pieces.subList(SPECIAL, pieces.size());
    }

    private static void refused(String message, SentencePieceOptions.Builder options, String... lines) {
        var refusal = assertThrows(TokenizerException.class, () -> train(options, lines));
        assertEquals(message, refusal.getMessage());
    }

    /**
     * Twice "_ab", once "_abc": "_a" and "ab" stand three times each and are equally long, "a" comes before "_". Then
     * "_ab" three times, "_abc" once. The space is as frequent as "a" and "b", and the highest of them.
     */
    @Test
    void theMostFrequentPairComesFirst() {
        TokenizerDefinition definition = train(options(10), "ab ab", "abc");
        assertEquals(
                List.of("<unk>", "<s>", "</s>", "ab", "\u2581ab", "\u2581abc", "a", "b", "\u2581", "c"),
                definition.pieces());
        assertEquals(List.of(0f, 0f, 0f, -0f, -1f, -2f, -3f, -4f, -5f, -6f), definition.scores());
        assertEquals(
                List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL),
                definition.types().subList(0, SPECIAL));
        assertEquals(1, definition.special().bos());
        assertEquals(2, definition.special().eos());
        assertEquals(0, definition.special().unknown());
        assertEquals(-1, definition.special().pad());
    }

    /** "_xyzw" twice, "_zw" once: "zw" leads; then all pairs stand twice, and new ones are longer than old ones. */
    @Test
    void ofEquallyFrequentPairsTheShortestThenTheFirstIsTaken() {
        assertEquals(
                List.of("zw", "xy", "\u2581xy", "\u2581xyzw", "w", "z", "\u2581", "x", "y"),
                learned(options(12), "xyzw zw xyzw"));
    }

    /** "aaaa" holds "aa" three times, though it can be merged only twice; "AB", which is lower, stands twice. */
    @Test
    void overlappingPairsCount() {
        assertEquals(List.of("aa", "AB", "\u2581AB", "a", "\u2581", "A", "B"), learned(options(10), "aaaa", "AB AB"));
    }

    /** After "ab" and "_ab", "_a" stands nowhere any more; SentencePiece takes it nevertheless. */
    @Test
    void pairsThatAreGoneFillTheVocabulary() {
        assertEquals(List.of("ab", "\u2581ab", "\u2581a", "a", "b", "\u2581"), learned(options(9), "ab"));
    }

    @Test
    void digitsStandAlone() {
        assertEquals(List.of("\u2581a", "1", "\u2581", "a"), learned(options(7), "11 11 a11"));
        assertEquals(
                List.of("11", "\u258111", "\u2581a", "1", "\u2581", "a"),
                learned(options(9).splitDigits(false), "11 11 a11"));
        assertEquals(List.of("\uFF11", "\u2581"), learned(options(5), "\uFF11\uFF11 \uFF11\uFF11"));
    }

    /** A Greek alpha beside a Latin a; kana beside Han, which count as one; an accent that goes with any. */
    @Test
    void noPieceIsOfTwoScripts() {
        assertEquals(List.of("\u2581a", "a", "\u03B1", "\u2581"), learned(options(7), "a\u03B1"));
        assertEquals(
                List.of("\u2581\u3042", "\u2581\u3042\u6F22", "\u2581", "\u3042", "\u6F22"),
                learned(options(8), "\u3042\u6F22"));
        assertEquals(
                List.of("a\u0301", "a\u0301b", "a", "b", "\u0301", "\u2581"),
                learned(options(9), "a\u0301b").stream()
                        .filter(piece -> !piece.startsWith("\u2581") || piece.length() == 1)
                        .toList());
    }

    @Test
    void runsOfSpacesArePiecesOnRequest() {
        assertEquals(List.of("\u2581", "a"), learned(options(5).maxPieceLength(1), "a   a"));
        assertTrue(learned(options(7).whitespacePieces(true), "a    a    a").contains("\u2581\u2581"));
        assertEquals(List.of("\u2581a", "\u2581", "a"), learned(options(6), "a    a    a"));
    }

    @Test
    void rareCharactersHaveNoPieceAndBreakWords() {
        assertEquals(
                List.of("\u2581a", "\u2581ab", "a", "b", "\u2581"),
                learned(options(8).characterCoverage(0.99), "ab ".repeat(100).strip(), "a\u00E9b"));
    }

    @Test
    void spellingsOfSpecialPiecesTeachNothing() {
        SentencePieceOptions.Builder options =
                options(9).userDefinedSymbols(List.of("xx", "xxx")).controlSymbols(List.of("<c>"));
        assertEquals(
                List.of("<unk>", "<s>", "</s>", "<c>", "xx", "xxx", "\u2581a", "a", "\u2581"),
                train(options, "axxxa<s><c></s>a<unk>").pieces());
    }

    @Test
    void linesThatAreTooLongOrReservedAreLeftOut() {
        TrainedTokenizer trained = TokenizerTrainer.sentencePiece(
                        options(6).maxLineBytes(10).build())
                .train("text", List.of("ab", "", "0123456789\u00E9", "a\u2585", "ab"));
        assertEquals(2, trained.lines());
        assertEquals(2, trained.skippedLines());
        assertEquals(List.of("a", "b", "\u2581"), trained.definition().pieces().subList(SPECIAL, 6));
    }

    @Test
    void tooSmallVocabulariesAreRefused() {
        refused(
                "text: vocabulary size: found 5, expected at least 6 for 3 special pieces and 3 characters; "
                        + "a lower character coverage leaves some out",
                options(5),
                "ab");
        refused(
                "text: vocabulary size: found 258, expected at least 262 for 259 special pieces and 3 characters; "
                        + "a lower character coverage leaves some out",
                options(258).byteFallback(true),
                "ab");
    }

    @Test
    void tooLargeVocabulariesAreRefused() {
        refused(
                "text: vocabulary size: found 10, expected at most 9, which is all that the text gives",
                options(10),
                "ab");
    }

    @Test
    void noTextIsRefused() {
        refused("text: text: found none, expected at least one line of 1 to 4192 bytes", options(10));
        refused("text: text: found none, expected at least one line of 1 to 4192 bytes", options(10), "", "\u2585");
    }

    @Test
    void textThatIsNotUnicodeIsRefused() {
        refused("text: line 2: found half a surrogate pair, expected Unicode text", options(10), "ab", "a\uD800");
    }

    @Test
    void symbolsThatMeanTwoThingsAreRefused() {
        refused(
                "options: symbol of type CONTROL: found '<s>' again, expected every spelling once",
                options(10).controlSymbols(List.of("<s>")),
                "ab");
        refused(
                "options: symbol of type BYTE: found '<0x0A>' again, expected every spelling once",
                options(300).byteFallback(true).userDefinedSymbols(List.of("<0x0A>")),
                "ab");
        refused(
                "options: symbol of type USER_DEFINED: found an empty spelling, expected at least one character",
                options(10).userDefinedSymbols(List.of("")),
                "ab");
        refused(
                "options: symbol of type USER_DEFINED: found half a surrogate pair, expected Unicode text",
                options(10).userDefinedSymbols(List.of("a\uD800")),
                "ab");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> options(0).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> options(10).characterCoverage(0).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> options(10).characterCoverage(Double.NaN).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> options(10).characterCoverage(1.1).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> options(10).maxPieceLength(0).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> options(10).maxLineBytes(9).build());
    }
}
