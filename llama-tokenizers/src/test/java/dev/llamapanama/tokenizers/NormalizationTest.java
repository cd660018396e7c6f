// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Normalizers of {@code tokenizer.json}; expectations are those of huggingface/tokenizers, or of whole texts normalized by Java. */
final class NormalizationTest {
    private static final String[] PARTS = {
        "a",
        "e",
        "é",
        "e\u0301",
        "\u0323",
        "\u0301",
        "\u0345",
        "\u0334",
        "\u0344",
        "\u1E69",
        "\uFB01",
        "\u338F",
        " ",
        "\n",
        "\u00A0",
        "\u1112",
        "\u1161",
        "\u11AB",
        "\uD55C",
        "\uFFA1",
        "\uFFC2",
        "\u30AB\u3099",
        "\uFF76\uFF9E",
        "\u2126",
        "\u09C7\u09BE",
        "\uD834\uDD5E",
        "\uD83E\uDD99",
        "I",
        "\u0130"
    };

    private static String stage(String type) {
        return "{\"type\": \"%s\"}".formatted(type);
    }

    private static String sequence(String... stages) {
        return "{\"type\": \"Sequence\", \"normalizers\": [%s]}".formatted(String.join(",", stages));
    }

    private static String replace(String from, String to) {
        return "{\"type\": \"Replace\", \"pattern\": {\"String\": \"%s\"}, \"content\": \"%s\"}".formatted(from, to);
    }

    private static HuggingFaceWriter byteLevel(String normalizer) {
        TokenizerDefinition bytes = DefinitionBuilder.byteLevel("llama-bpe")
                .token((byte) -2, (byte) -1)
                .definition();
        return HuggingFaceWriter.byteLevel(bytes, HuggingFaceWriter.LLAMA_3).set("normalizer", normalizer);
    }

    private static HuggingFaceWriter sentencePiece() {
        return HuggingFaceWriter.sentencePiece(DefinitionBuilder.sentencePiece()
                .byteFallback()
                .pieces("▁", "a", "b", "\u00E9", "▁a")
                .definition());
    }

    /** The normalized text: with a token for every byte, what is decoded is what was encoded. */
    private static String normalized(String normalizer, String text) {
        Tokenizer tokenizer = byteLevel(normalizer).tokenizer();
        return tokenizer.decode(tokenizer.encode(text));
    }

    /** What the bytes of normalized text come from, each place once. */
    private static String places(String normalizer, String text) {
        Encoding encoding = byteLevel(normalizer).tokenizer().encodeWithOffsets(text);
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < encoding.size(); i++) {
            if (i == 0 || encoding.start(i) != encoding.start(i - 1)) {
                places.append('[')
                        .append(text, encoding.start(i), encoding.end(i))
                        .append(']');
            }
        }
        return places.toString();
    }

    @Test
    void formsAreThoseOfWholeTexts() {
        Random random = new Random(3);
        for (Normalizer.Form form : Normalizer.Form.values()) {
            Tokenizer tokenizer = byteLevel(stage(form.name())).tokenizer();
            for (int i = 0; i < 500; i++) {
                String text = RandomText.of(random, random.nextInt(i % 10 == 0 ? 300 : 12), PARTS);
                String expected = Normalizer.normalize(text, form);
                assertEquals(expected, tokenizer.decode(tokenizer.encode(text)), () -> form + " of " + text);
                assertArrayEquals(
                        tokenizer.encode(text),
                        tokenizer.encodeWithOffsets(text).ids());
            }
        }
    }

    @Test
    void whatIsReplacedIsText() {
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Replace("", "a"));
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Replace("\uD83E", "a"));
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Prepend("a\uDD99"));
    }

    @Test
    void halfASurrogatePairIsRefused() {
        HuggingFaceWriter writer = byteLevel(replace("a", "<half>"));
        for (String half : List.of("\\ud83e", "\\udd99")) {
            byte[] content = writer.json().replace("<half>", half).getBytes(StandardCharsets.UTF_8);
            var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.read("test", content));
            assertEquals("test: content: found half a surrogate pair, expected Unicode text", refusal.getMessage());
        }
    }

    /** As huggingface/tokenizers does. */
    @Test
    void tokensOfWhichNormalizationLeavesNothingAreFoundNowhere() {
        Tokenizer tokenizer = byteLevel(stage("Strip"))
                .flagged(257, "  ", false, "normalized")
                .tokenizer();
        assertArrayEquals(new int[] {'a', ' ', ' ', 'b'}, tokenizer.encode(" a  b "));
    }

    @Test
    void manyMarksInTheWrongOrderTakeTheTimeOfOthers() {
        String marks = "\u0301\u0323".repeat(50_000);
        String inOrder = "\u0323".repeat(50_000) + "\u0301".repeat(50_000);
        assertEquals("q" + inOrder, normalized(stage("NFD"), "q" + marks));
        assertEquals("q" + inOrder + "\u00E9", normalized(stage("NFC"), "q" + marks + "e\u0301"));
    }

    @Test
    void charactersThatCameAfterUnicode9Stay() {
        String later = "\u32FF \uA7F2 \uD801\uDDC9 \u08D3\u0301\u08D3 \uD818\uDD68";
        for (String type : List.of("NFC", "NFD", "NFKC", "NFKD")) {
            assertEquals(later, normalized(stage(type), later));
        }
        assertEquals("a\u08D3", normalized(stage("StripAccents"), "a\u08D3\u1CF2\u0301"));
    }

    @Test
    void everyCharacterHasALowerCaseOfItsOwn() {
        assertEquals(
                "i\u0307i \u03C3\u03C3 \u00DF\u01C6",
                normalized(stage("Lowercase"), "\u0130I \u03A3\u03A3 \u00DF\u01C5"));
        assertEquals("\uA7D5\uD81B\uDEBB", normalized(stage("Lowercase"), "\uA7D4\uD81B\uDEA0"), "of Unicode 17");
    }

    @Test
    void stagesFollowEachOther() {
        assertEquals(
                "x: afe",
                normalized(
                        sequence(
                                stage("NFKD"),
                                stage("StripAccents"),
                                stage("Lowercase"),
                                replace("bb", "f"),
                                replace("c", ""),
                                "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}",
                                "{\"type\": \"Prepend\", \"prepend\": \"x: \"}"),
                        "\u3000 A\u0301BBC\u00C9c \n"));
        assertEquals(" a", normalized("{\"type\": \"Strip\", \"strip_left\": false, \"strip_right\": true}", " a "));
        assertEquals("", normalized("{\"type\": \"Prepend\", \"prepend\": \"x\"}", ""));
        assertEquals("ca", normalized(replace("aa", "c"), "aaa"));
    }

    @Test
    void placesAreThoseBeforeNormalization() {
        assertEquals("[e\u0301][x][\uFB01][y]", places(stage("NFKC"), "e\u0301x\uFB01y"));
        assertEquals("[a\u0301\u0323][b]", places(stage("NFC"), "a\u0301\u0323b"));
        assertEquals("[e][\u0301][x]", places(stage("NFD"), "e\u0301x"));
        assertEquals("[e\u0301\u0323][x]", places(stage("StripAccents"), "\u0301e\u0301\u0323x"));
        assertEquals("[a][ ][b]", places(stage("Strip"), " \na b  "));
        assertEquals("[a][bb][c]", places(replace("bb", "xyz"), "abbc"));
        assertEquals("[a][b]", places("{\"type\": \"Prepend\", \"prepend\": \"xy\"}", "ab"));
    }

    @Test
    void addedTokensAreFoundBeforeOrInNormalizedText() {
        HuggingFaceWriter writer = byteLevel(sequence(stage("NFKC"), stage("Lowercase")))
                .flagged(257, "<FOO>", false, "normalized")
                .added(258, "<BAR>", false);
        Tokenizer tokenizer = writer.tokenizer();
        assertArrayEquals(new int[] {'a', 257, 'b'}, tokenizer.encode("a<Foo>B"));
        assertArrayEquals(new int[] {'a', 258, 'b'}, tokenizer.encode("A<BAR>b"));
        assertArrayEquals(new int[] {'<', 'b', 'a', 'r', '>'}, tokenizer.encode("<Bar>"));
        assertArrayEquals(
                new int[] {'f', 'i'},
                byteLevel(stage("NFKC")).added(257, "fi", false).tokenizer().encode("\uFB01"));
    }

    @Test
    void spacesComeLast() {
        String spaces = HuggingFaceWriter.PREPEND;
        String both = sequence(stage("NFC"), "{\"type\": \"Prepend\", \"prepend\": \"▁\"}", replace(" ", "▁"));
        int added = sentencePiece().tokenizer().vocabularySize();
        Tokenizer plain = sentencePiece().set("normalizer", spaces).tokenizer();
        Tokenizer composed = sentencePiece()
                .set("normalizer", both)
                .flagged(added, "be\u0301", false, "normalized")
                .tokenizer();
        assertArrayEquals(plain.encode("a \u00E9a"), composed.encode("a e\u0301a"));
        assertArrayEquals(new int[] {plain.encode("a")[0], added}, composed.encode("a b\u00E9"));
        String metaspace =
                "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\", \"split\": false}";
        Tokenizer first = sentencePiece()
                .set("normalizer", stage("NFC"))
                .set("pre_tokenizer", metaspace.formatted("first"))
                .added(added, "<x>", false)
                .tokenizer();
        int a = first.idOf("a").orElseThrow();
        assertArrayEquals(new int[] {first.idOf("▁a").orElseThrow(), added, a}, first.encode("a<x>a"));
        assertThrows(
                TokenizerException.class,
                sentencePiece().set("normalizer", stage("Strip")).set("pre_tokenizer", metaspace.formatted("first"))
                        ::tokenizer);
    }

    @Test
    void whatCannotBeDoneAlikeIsRefused() {
        for (String other : Arrays.asList(
                stage("Nmt"),
                stage("BertNormalizer"),
                "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\"}",
                "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a+\"}, \"content\": \"a\"}",
                replace("", "a"),
                sequence(sequence(stage("NFC"))),
                sequence(stage("NFC"), replace(" ", "▁")))) {
            assertThrows(TokenizerException.class, byteLevel(other)::definition, other);
        }
    }
}
