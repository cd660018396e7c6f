// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.Particulars;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a folder of Hugging Face adds to a tokenizer file of another kind, such as {@code tokenizer.model}
 * (huggingface/transformers, {@code LlamaTokenizer}). Tokens that it adds are cut out of text before anything else, and may
 * spell control tokens otherwise, whose names vary from version to version.
 */
final class HuggingFaceAdditions {
    private static final Set<TokenType> FIXED = Set.of(TokenType.UNKNOWN, TokenType.BYTE);

    private final TokenizerDefinition stated;
    private final HuggingFaceSettings settings;
    private final List<String> pieces;
    private final List<TokenType> types;
    private final List<AddedToken> added = new ArrayList<>();

    HuggingFaceAdditions(TokenizerDefinition stated, HuggingFaceSettings settings) {
        this.stated = stated;
        this.settings = settings;
        this.pieces = new ArrayList<>(stated.pieces());
        this.types = new ArrayList<>(stated.types());
    }

    TokenizerDefinition definition() {
        SortedMap<Integer, JsonPart> tokens = settings.added();
        int limit = 2 * (pieces.size() + tokens.size());
        tokens.forEach((id, token) -> {
            Require.that(id < limit, token.source(), "added_tokens_decoder", "id " + id, "ids below " + limit);
            add(id, token);
        });
        return new TokenizerDefinition(
                stated.source(),
                stated.model(),
                stated.preTokenizer(),
                pieces,
                types,
                scores(),
                stated.merges(),
                settings.special(stated.special(), pieces),
                new Whitespace(
                        settings.prefix(stated.whitespace().dummyPrefix()),
                        stated.whitespace().removeExtraWhitespaces()),
                settings.chatTemplate(),
                particulars(stated.particulars()));
    }

    private Particulars particulars(Particulars of) {
        return new Particulars(
                of.ignoreMerges(),
                of.fuseUnknown(),
                of.splitSpaces(),
                added,
                of.characterMap(),
                of.normalizations(),
                settings.templates(),
                of.unknownSurface());
    }

    private void add(int id, JsonPart token) {
        String content = token.required("content");
        while (pieces.size() <= id) {
            addHole();
        }
        TokenType type = types.get(id);
        if (!content.equals(pieces.get(id)) && type != TokenType.CONTROL && type != TokenType.UNUSED) {
            throw token.refuse("content", '"' + pieces.get(id) + "\", as in " + stated.source());
        }
        pieces.set(id, content);
        if (!FIXED.contains(type)) {
            types.set(id, token.flag("special", false) ? TokenType.CONTROL : TokenType.USER_DEFINED);
            added.add(HuggingFaceVocabulary.flags(token, id).inTextAsItStands());
        }
    }

    /** Among the added tokens it is no text, as an unused piece of SentencePiece would be. */
    private void addHole() {
        int id = pieces.size();
        pieces.add(HuggingFaceVocabulary.hole(id));
        types.add(TokenType.UNUSED);
        added.add(new AddedToken(id, false, false, false, false));
    }

    private List<Float> scores() {
        List<Float> scores = new ArrayList<>(stated.scores());
        while (!scores.isEmpty() && scores.size() < pieces.size()) {
            scores.add(0f);
        }
        return scores;
    }
}
