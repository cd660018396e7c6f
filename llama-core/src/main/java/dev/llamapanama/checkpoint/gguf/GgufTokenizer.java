// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.Particulars;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.*} keys of a GGUF file as a definition; defaults are those of llama.cpp (src/llama-vocab.cpp).
 * Which spellings and merges go together is checked where the tokenizer is built, whatever file it comes from.
 */
final class GgufTokenizer {
    static final String TOKENS = "tokenizer.ggml.tokens";

    private static final String MODEL = "tokenizer.ggml.model";
    private static final String PRE = "tokenizer.ggml.pre";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String MERGES = "tokenizer.ggml.merges";
    static final String TEMPLATE = "tokenizer.chat_template";
    static final String NAMED_TEMPLATE = TEMPLATE + ".";
    private static final String SENTENCE_PIECE = "llama";
    static final String BYTE_LEVEL = "gpt2";
    private static final Set<String> NO_TOKENIZER = Set.of("none", "no_vocab");

    /** In the order of their numbers, which begin with 1. */
    private static final List<TokenType> NUMBERED_TYPES = List.of(
            TokenType.NORMAL,
            TokenType.UNKNOWN,
            TokenType.CONTROL,
            TokenType.USER_DEFINED,
            TokenType.UNUSED,
            TokenType.BYTE);

    private final Path file;
    private final GgufMetadata metadata;
    private final String model;
    private final List<String> pieces;

    private GgufTokenizer(Path file, GgufMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
        this.model = metadata.string(MODEL);
        this.pieces = metadata.strings(TOKENS);
    }

    /**
     * @return null where the file has no tokenizer
     */
    static @Nullable TokenizerDefinition read(Path file, GgufMetadata metadata) {
        if (!metadata.has(MODEL) || NO_TOKENIZER.contains(metadata.string(MODEL))) {
            return null;
        }
        return new GgufTokenizer(file, metadata).definition();
    }

    /** The number that stands for a type. */
    static int number(TokenType type) {
        return NUMBERED_TYPES.indexOf(type) + 1;
    }

    private TokenizerDefinition definition() {
        if (pieces.isEmpty()) {
            throw metadata.refuse(TOKENS, "at least one token");
        }
        boolean sentencePiece = model.equals(SENTENCE_PIECE);
        return new TokenizerDefinition(
                file.toString(),
                model,
                metadata.has(PRE) ? metadata.string(PRE) : "",
                pieces,
                types(),
                sentencePiece || metadata.has(SCORES) ? scores() : List.of(),
                model.equals(BYTE_LEVEL) || metadata.has(MERGES) ? merges() : List.of(),
                special(sentencePiece),
                new Whitespace(
                        flag("tokenizer.ggml.add_space_prefix", sentencePiece),
                        flag("tokenizer.ggml.remove_extra_whitespaces", false)),
                metadata.has(TEMPLATE) ? metadata.string(TEMPLATE) : null,
                Particulars.NONE.withChatTemplates(namedTemplates()));
    }

    private Map<String, String> namedTemplates() {
        Map<String, String> templates = new TreeMap<>();
        metadata.values().keySet().stream()
                .filter(key -> key.startsWith(NAMED_TEMPLATE))
                .forEach(key -> templates.put(key.substring(NAMED_TEMPLATE.length()), metadata.string(key)));
        return templates;
    }

    private List<TokenType> types() {
        if (!metadata.has(TYPES)) {
            return Collections.nCopies(pieces.size(), TokenType.NORMAL);
        }
        List<TokenType> types = new ArrayList<>(pieces.size());
        for (Number number : onePerToken(TYPES, metadata.integers(TYPES))) {
            long id = number.longValue();
            if (id < 1 || id > NUMBERED_TYPES.size()) {
                throw new CheckpointException(
                        file, TYPES, "type " + id + " of token " + types.size(), "1 to " + NUMBERED_TYPES.size());
            }
            types.add(NUMBERED_TYPES.get((int) id - 1));
        }
        return types;
    }

    private List<Float> scores() {
        List<Float> scores = new ArrayList<>(pieces.size());
        for (Number score : onePerToken(SCORES, metadata.reals(SCORES))) {
            if (Float.isNaN(score.floatValue())) {
                throw new CheckpointException(file, SCORES, "NaN for token " + scores.size(), "numbers");
            }
            scores.add(score.floatValue());
        }
        return scores;
    }

    private List<String> merges() {
        List<String> merges = metadata.strings(MERGES);
        for (String merge : merges) {
            int space = merge.indexOf(' ', 1);
            if (space < 0 || space == merge.length() - 1) {
                throw new CheckpointException(file, MERGES, "\"" + merge + "\"", "two tokens with a space between");
            }
        }
        return merges;
    }

    private <T> List<T> onePerToken(String key, List<T> list) {
        if (list.size() != pieces.size()) {
            throw metadata.refuse(key, "one for each of the " + pieces.size() + " tokens");
        }
        return list;
    }

    private SpecialIds special(boolean sentencePiece) {
        return new SpecialIds(
                id("bos", sentencePiece ? 1 : -1),
                id("eos", sentencePiece ? 2 : -1),
                id("unknown", sentencePiece ? 0 : -1),
                id("padding", -1),
                id("eot", -1),
                id("eom", -1),
                flag("tokenizer.ggml.add_bos_token", true),
                flag("tokenizer.ggml.add_eos_token", false));
    }

    private int id(String name, int absent) {
        String key = "tokenizer.ggml." + name + "_token_id";
        if (metadata.has(key)) {
            return metadata.integer(key, 0, pieces.size() - 1);
        }
        return absent < pieces.size() ? absent : -1;
    }

    private boolean flag(String key, boolean absent) {
        return metadata.has(key) ? metadata.flag(key) : absent;
    }
}
