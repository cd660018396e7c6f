// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens of a definition, checked: spellings that are there once each, types, and the bytes that every token
 * prints.
 */
final class Vocabulary {
    /** The longest token of any Llama has 128 bytes; a limit keeps what a piece costs in proportion to its length. */
    private static final int MAX_PIECE_LENGTH = 1024;

    private final String source;
    private final List<String> pieces;
    private final List<TokenType> types;
    private final byte[][] bytes;
    private final SpellingTable ids;

    /** What a token of a vocabulary prints. */
    @FunctionalInterface
    interface Printing {
        byte[] bytes(String piece, TokenType type);
    }

    /** @throws TokenizerException where the pieces are empty, too long, doubled, or not as many as the types */
    Vocabulary(TokenizerDefinition definition, Printing printing) {
        source = definition.source();
        pieces = definition.pieces();
        types = definition.types();
        if (pieces.isEmpty()) {
            throw new TokenizerException(source, "tokens", "none", "at least one");
        }
        if (types.size() != pieces.size()) {
            throw new TokenizerException(source, "token types", types.size(), "as many as tokens: " + pieces.size());
        }
        bytes = new byte[pieces.size()][];
        ids = new SpellingTable(pieces.size());
        for (int id = 0; id < pieces.size(); id++) {
            checkPiece(id);
            bytes[id] = printing.bytes(pieces.get(id), types.get(id));
        }
    }

    private void checkPiece(int id) {
        String piece = pieces.get(id);
        if (piece.isEmpty() || piece.length() > MAX_PIECE_LENGTH) {
            throw new TokenizerException(
                    source, "token " + id, piece.length() + " characters", "1 to " + MAX_PIECE_LENGTH + " characters");
        }
        int twin = ids.putIfAbsent(piece, id);
        if (twin != SpellingTable.NONE) {
            throw new TokenizerException(
                    source, "token " + id, "the spelling of token " + twin + " again", "another spelling");
        }
    }

    int size() {
        return pieces.size();
    }

    String source() {
        return source;
    }

    String piece(int id) {
        return pieces.get(check(id));
    }

    TokenType type(int id) {
        return types.get(check(id));
    }

    /** What a token prints; not to be written to. */
    byte[] bytes(int id) {
        return bytes[check(id)];
    }

    OptionalInt idOf(String piece) {
        int id = ids.get(piece);
        return id == SpellingTable.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Ids by piece. */
    SpellingTable ids() {
        return ids;
    }

    private int check(int id) {
        if (id < 0 || id >= pieces.size()) {
            throw new IllegalArgumentException(
                    source + ": token id: found " + id + ", expected 0 to " + (pieces.size() - 1));
        }
        return id;
    }
}
