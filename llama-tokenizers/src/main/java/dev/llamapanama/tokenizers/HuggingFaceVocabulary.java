// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.HuggingFaceFile.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a {@code tokenizer.json}: those of the model, and the added ones, of which the special are control tokens
 * and the others are cut out of text before anything else. Ids that nothing has, as where a vocabulary was padded, are
 * holes in the numbering.
 */
final class HuggingFaceVocabulary {
    private final HuggingFaceFile file;
    private final boolean byteFallback;
    private final boolean spacesAreNormalized;
    private final @Nullable String[] pieces;
    private final TokenType[] types;
    private final List<AddedToken> flagged = new ArrayList<>();

    /** @throws TokenizerException where two tokens claim an id, or one spelling stands for two */
    HuggingFaceVocabulary(HuggingFaceFile file) {
        this.file = file;
        byteFallback = file.model().flag("byte_fallback", false);
        spacesAreNormalized = HuggingFaceNormalizers.of(file.top()).replaces();
        List<JsonPart> added = file.top().parts("added_tokens");
        int size = size(added);
        pieces = new @Nullable String[size];
        types = new TokenType[size];
        Arrays.fill(types, TokenType.UNUSED);
        file.vocabulary().forEach(entry -> put(entry.piece(), entry.id()));
        added.forEach(this::add);
        requireBytes();
        String unknown = file.model().text("unk_token");
        if (unknown != null) {
            types[idOfUnknown(unknown)] = TokenType.UNKNOWN;
        }
    }

    /** Holes may be as many as tokens: room for any padding, none for an id that would fill the heap. */
    private int size(List<JsonPart> added) {
        int tokens = file.vocabulary().size() + added.size();
        int most = file.vocabulary().stream().mapToInt(Entry::id).max().orElse(-1);
        for (JsonPart token : added) {
            most = Math.max(most, token.count("id"));
        }
        Require.that(
                most < 2L * tokens, file.source(), "ids", "id " + most, "ids below twice the tokens: " + 2L * tokens);
        return most + 1;
    }

    private void put(String piece, int id) {
        if (pieces[id] != null) {
            throw new TokenizerException(
                    file.source(), "model.vocab", "id " + id + " again", "another id for every piece");
        }
        pieces[id] = piece;
        boolean isByte = byteFallback && TokenType.byteOf(piece).isPresent();
        types[id] = isByte ? TokenType.BYTE : TokenType.NORMAL;
    }

    private void add(JsonPart token) {
        int id = token.count("id");
        String content = token.required("content");
        if (pieces[id] != null && !content.equals(pieces[id])) {
            throw token.refuse("id", "an id that no other token has");
        }
        pieces[id] = content;
        types[id] = token.flag("special", false) ? TokenType.CONTROL : TokenType.USER_DEFINED;
        AddedToken flags = flags(token, id);
        if (spacesAreNormalized && flags.normalized()) {
            requireFindable(token, content);
        }
        if (flags.lstrip() || flags.rstrip() || flags.singleWord() || flags.normalized()) {
            flagged.add(flags);
        }
    }

    /** How an added token is looked for. */
    static AddedToken flags(JsonPart token, int id) {
        return new AddedToken(
                id,
                token.flag("lstrip", false),
                token.flag("rstrip", false),
                token.flag("single_word", false),
                token.flag("normalized", false));
    }

    /** In text whose spaces are U+2581 already, strips and words mean something else, that nobody wants. */
    private static void requireFindable(JsonPart token, String content) {
        for (String flag : List.of("lstrip", "rstrip", "single_word")) {
            if (token.flag(flag, false)) {
                throw token.refuse(flag, "false where normalized is true and spaces are normalized");
            }
        }
        if (content.indexOf(' ') >= 0 || content.indexOf('\u2581') >= 0) {
            throw token.refuse("content", "no spaces where normalized is true and spaces are normalized");
        }
    }

    /** The added tokens that aren't simply looked for in the text as it stands. */
    List<AddedToken> flagged() {
        return flagged;
    }

    private void requireBytes() {
        long bytes = Arrays.stream(types).filter(TokenType.BYTE::equals).count();
        Require.that(
                bytes == (byteFallback ? 256 : 0),
                file.source(),
                "model.vocab",
                bytes + " tokens like <0x0A>",
                "256 with byte_fallback");
    }

    private int idOfUnknown(String spelling) {
        int id = Arrays.asList(pieces).indexOf(spelling);
        if (id < 0) {
            throw file.model().refuse("unk_token", "a token of the vocabulary");
        }
        return id;
    }

    /** Spelling of every token, and something for every hole. */
    List<String> pieces() {
        List<String> spelled = new ArrayList<>(pieces.length);
        for (int id = 0; id < pieces.length; id++) {
            String piece = pieces[id];
            spelled.add(piece == null ? hole(id) : piece);
        }
        return spelled;
    }

    static String hole(int id) {
        return "<hole " + id + ">";
    }

    List<TokenType> types() {
        return Collections.unmodifiableList(Arrays.asList(types));
    }
}
