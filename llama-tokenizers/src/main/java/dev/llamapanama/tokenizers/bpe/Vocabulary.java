// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.AddedToken;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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

    /** What the tokens print, one after another; a token's bytes end where those of the next begin. */
    private byte[] bytes;

    private final int[] starts;
    private final SpellingTable ids;

    /** What a token of a vocabulary prints. */
    @FunctionalInterface
    interface Printing {
        byte[] bytes(String piece, TokenType type);
    }

    /**
     * @throws TokenizerException where pieces are empty, too long, doubled, no text, or not as many as the types, or an
     *     added token is none of them
     */
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
        bytes = new byte[8 * pieces.size()];
        starts = new int[pieces.size() + 1];
        ids = new SpellingTable(pieces.size());
        for (int id = 0; id < pieces.size(); id++) {
            checkPiece(id);
            append(id, printing.bytes(pieces.get(id), types.get(id)));
        }
        definition.particulars().addedTokens().forEach(this::checkAdded);
    }

    private void checkAdded(AddedToken token) {
        if (token.id() < 0 || token.id() >= pieces.size()) {
            throw new TokenizerException(source, "added token id", token.id(), "0 to " + (pieces.size() - 1));
        }
    }

    private void append(int id, byte[] printed) {
        int start = starts[id];
        int end = start + printed.length;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        System.arraycopy(printed, 0, bytes, start, printed.length);
        starts[id + 1] = end;
    }

    private void checkPiece(int id) {
        String piece = pieces.get(id);
        if (piece.isEmpty() || piece.length() > MAX_PIECE_LENGTH) {
            throw new TokenizerException(
                    source, "token " + id, piece.length() + " characters", "1 to " + MAX_PIECE_LENGTH + " characters");
        }
        if (!WellFormed.is(piece)) {
            throw new TokenizerException(source, "token " + id, "half a surrogate pair", "Unicode text");
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

    /** The tokens of some types, in their order. */
    IntStream idsOf(Set<TokenType> wanted) {
        return IntStream.range(0, size()).filter(id -> wanted.contains(types.get(id)));
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

    /** What a token prints, in a new array. */
    byte[] bytes(int id) {
        return Arrays.copyOfRange(bytes, starts[check(id)], starts[id + 1]);
    }

    /** How many bytes a token prints. */
    int byteCount(int id) {
        return starts[check(id) + 1] - starts[id];
    }

    /** A byte of what a token prints, from 0 to 255. */
    int byteAt(int id, int index) {
        return bytes[starts[id] + index] & 0xFF;
    }

    /** All that tokens print, joined. */
    byte[] join(int[] tokens) {
        long length = 0;
        for (int id : tokens) {
            length += byteCount(id);
        }
        byte[] joined = new byte[Math.toIntExact(length)];
        int at = 0;
        for (int id : tokens) {
            int count = byteCount(id);
            System.arraycopy(bytes, starts[id], joined, at, count);
            at += count;
        }
        return joined;
    }

    /** What a token prints, with a character for each byte. */
    String latin1(int id) {
        return new String(bytes, starts[check(id)], byteCount(id), StandardCharsets.ISO_8859_1);
    }

    /** What a token prints as text, or null where it is none by itself. */
    @Nullable
    String text(int id) {
        String text = new String(bytes, starts[check(id)], byteCount(id), StandardCharsets.UTF_8);
        boolean replaced = text.indexOf('\uFFFD') >= 0;
        return replaced && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes(id)) ? null : text;
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
