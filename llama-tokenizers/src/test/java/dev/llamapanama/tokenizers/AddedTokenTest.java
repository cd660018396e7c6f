// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flags of added tokens, and other things that few files of Hugging Face ask for; expectations are those of huggingface/tokenizers. */
final class AddedTokenTest {
    private static HuggingFaceWriter byteLevel() {
        return HuggingFaceWriter.byteLevel(
                DefinitionBuilder.byteLevel("llama-bpe")
                        .token((byte) 'f', (byte) 'o')
                        .definition(),
                HuggingFaceWriter.LLAMA_3);
    }

    private static HuggingFaceWriter sentencePiece(boolean byteFallback) {
        DefinitionBuilder builder = DefinitionBuilder.sentencePiece();
        if (byteFallback) {
            builder.byteFallback();
        }
        return HuggingFaceWriter.sentencePiece(
                builder.pieces("\u2581", "a", "o", "\u2581\u2581", "\u2581a").definition());
    }

    /** What each token was made of, in brackets where it is the added one. */
    private static String cut(HuggingFaceWriter writer, int added, String text) {
        Encoding encoding = writer.tokenizer().encodeWithOffsets(text);
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < encoding.size(); i++) {
            String part = text.substring(encoding.start(i), encoding.end(i));
            parts.append(encoding.id(i) == added ? "[" + part + "]" : part);
        }
        return parts.toString();
    }

    @Test
    void stripsTakeWhiteSpaceIn() {
        assertEquals("a[ \n\tfoo] o", cut(byteLevel().flagged(257, "foo", false, "lstrip"), 257, "a \n\tfoo o"));
        assertEquals(
                "a [foo \u3000\n]o", cut(byteLevel().flagged(257, "foo", false, "rstrip"), 257, "a foo \u3000\no"));
        assertEquals(
                "[foo  ][foo  ]",
                cut(byteLevel().flagged(257, "foo", false, "lstrip", "rstrip"), 257, "foo  foo  "),
                "what one took in isn't there for the next");
    }

    @Test
    void aSingleWordStandsAlone() {
        HuggingFaceWriter writer = byteLevel().flagged(257, "foo", false, "single_word");
        assertEquals("[foo] ([foo])-[foo]", cut(writer, 257, "foo (foo)-foo"));
        for (String within : List.of("afoo", "foo1", "foo_", "\u00E9foo", "foo\u0301", "foo\u200D", "\u6F22foo")) {
            assertFalse(cut(writer, 257, within).contains("["), within);
        }
        int[] ids = writer.tokenizer().encode("foo1");
        assertEquals(256, ids[0], "merged from letters");
    }

    @Test
    void normalizedTokensComeAfterTheOthers() {
        HuggingFaceWriter writer = byteLevel().flagged(257, "oo", false).flagged(258, "foo", false, "normalized");
        assertEquals("f[oo]", cut(writer, 257, "foo"));
    }

    @Test
    void normalizedTokensAreFoundWhereSpacesAre() {
        HuggingFaceWriter writer = sentencePiece(true).flagged(264, "foo", false, "normalized");
        assertEquals("[foo]", cut(writer, 264, "foo"));
        assertEquals("a[ foo]", cut(writer, 264, "a foo"));
        assertEquals("afoo", cut(writer, 264, "afoo"));
        for (String flag : List.of("lstrip", "rstrip", "single_word")) {
            var refusal = assertThrows(
                    TokenizerException.class,
                    () -> sentencePiece(true)
                            .flagged(264, "foo", false, "normalized", flag)
                            .definition());
            assertTrue(String.valueOf(refusal.getMessage()).contains("added_tokens[2]." + flag), flag);
        }
    }

    @Test
    void controlTokensStayTextUnlessAskedFor() {
        HuggingFaceWriter writer = byteLevel().flagged(257, "<x>", true, "lstrip", "normalized");
        assertEquals(" <x>", cut(writer, 257, " <x>"));
        EncodeOptions special = EncodeOptions.TEXT.withParseSpecial(true);
        assertEquals(List.of(257), ids(writer.tokenizer().encode(" <x>", special)));
    }

    @Test
    void mergesMayCountForWholeParts() {
        HuggingFaceWriter writer = HuggingFaceWriter.byteLevel(
                DefinitionBuilder.byteLevel("llama-bpe")
                        .token((byte) 'b', (byte) 'c')
                        .token((byte) 'a', (byte) 'b')
                        .token((byte) 'a', (byte) 'b', (byte) 'c')
                        .definition(),
                HuggingFaceWriter.LLAMA_3);
        writer.setModel("merges", "[\"b c\", \"a b\", \"ab c\"]");
        assertEquals(List.of(258), ids(writer.tokenizer().encode("abc")));
        Tokenizer merging = writer.setModel("ignore_merges", "false").tokenizer();
        assertEquals(List.of((int) 'a', 256), ids(merging.encode("abc")));
    }

    @Test
    void unknownCharactersMayStaySingle() {
        HuggingFaceWriter writer = sentencePiece(false);
        assertEquals(List.of(3, 0, 4), ids(writer.tokenizer().encode("xya")));
        assertEquals(
                List.of(3, 0, 0, 4),
                ids(writer.setModel("fuse_unk", "false").tokenizer().encode("xya")));
    }

    @Test
    void metaspaceMaySplitAtEverySpace() {
        HuggingFaceWriter writer = sentencePiece(false).set("normalizer", "null");
        String metaspace =
                "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"first\", \"split\": %s}";
        writer.set("pre_tokenizer", metaspace.formatted("false"));
        assertEquals(List.of(7, 6, 4), ids(writer.tokenizer().encode("a  a")));
        writer.set("pre_tokenizer", metaspace.formatted("true"));
        assertEquals(List.of(7, 3, 7), ids(writer.tokenizer().encode("a  a")));
    }

    private static List<Integer> ids(int[] ids) {
        List<Integer> list = new ArrayList<>();
        for (int id : ids) {
            list.add(id);
        }
        return list;
    }
}
