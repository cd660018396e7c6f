// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Vocabularies of single bytes and the control tokens of a generation. */
final class SmallVocabulary {
    private SmallVocabulary() {}

    /** Bytes as ids 0 to 255, then the control tokens of Llama 3.1. */
    static TokenizerDefinition llama3() {
        return llama3(null);
    }

    static TokenizerDefinition llama3(@Nullable String template) {
        return byteLevel(
                template,
                "<|begin_of_text|>",
                "<|end_of_text|>",
                "<|start_header_id|>",
                "<|end_header_id|>",
                "<|eom_id|>",
                "<|eot_id|>",
                "<|python_tag|>");
    }

    static TokenizerDefinition llama4() {
        return byteLevel(
                null,
                "<|begin_of_text|>",
                "<|end_of_text|>",
                "<|header_start|>",
                "<|header_end|>",
                "<|eom|>",
                "<|eot|>",
                "<|python_start|>",
                "<|python_end|>");
    }

    /** The first control token begins a text, the second ends it. */
    static TokenizerDefinition byteLevel(@Nullable String template, String... controls) {
        List<String> pieces = new ArrayList<>();
        List<TokenType> types = new ArrayList<>();
        IntStream.range(0, 256).forEach(b -> add(pieces, types, byteSpelling(b), TokenType.NORMAL));
        for (String control : controls) {
            add(pieces, types, control, TokenType.CONTROL);
        }
        return new TokenizerDefinition(
                "test",
                "gpt2",
                "llama-bpe",
                pieces,
                types,
                List.of(),
                List.of(),
                new SpecialIds(256, 257, -1, -1, -1, -1, true, false),
                new Whitespace(false, false),
                template);
    }

    /** {@code <unk>}, {@code <s>}, {@code </s>}, bytes, the space, then further pieces. */
    static TokenizerDefinition sentencePiece(
            DummyPrefix prefix, @Nullable String template, List<String> controls, String... pieces) {
        List<String> all = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<TokenType> types = new ArrayList<>(List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL));
        IntStream.range(0, 256).forEach(b -> add(all, types, "<0x%02X>".formatted(b), TokenType.BYTE));
        add(all, types, "\u2581", TokenType.NORMAL);
        for (String piece : pieces) {
            add(all, types, piece, TokenType.NORMAL);
        }
        controls.forEach(control -> add(all, types, control, TokenType.CONTROL));
        List<Float> scores =
                IntStream.range(0, all.size()).mapToObj(id -> (float) -id).toList();
        return new TokenizerDefinition(
                "test",
                "llama",
                "",
                all,
                types,
                scores,
                List.of(),
                new SpecialIds(1, 2, 0, -1, -1, -1, true, false),
                new Whitespace(prefix, false),
                template);
    }

    private static void add(List<String> pieces, List<TokenType> types, String piece, TokenType type) {
        pieces.add(piece);
        types.add(type);
    }

    private static String byteSpelling(int b) {
        return dev.llamapanama.tokenizers.ByteAlphabet.spell(new byte[] {(byte) b});
    }
}
