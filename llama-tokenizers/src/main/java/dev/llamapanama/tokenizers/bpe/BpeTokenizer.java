// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** A vocabulary with an encoder over it: what all tokenizers of this package share. */
final class BpeTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final SpecialTokens special;
    private final TextEncoder encoder;
    private final Supplier<Utf8StreamDecoder> decoders;
    private final SpellingMatcher spelled;

    BpeTokenizer(
            Vocabulary vocabulary, SpecialTokens special, TextEncoder encoder, Supplier<Utf8StreamDecoder> decoders) {
        this.vocabulary = vocabulary;
        this.special = special;
        this.encoder = encoder;
        this.decoders = decoders;
        this.spelled =
                new SpellingMatcher(vocabulary, Set.of(TokenType.CONTROL, TokenType.UNKNOWN, TokenType.USER_DEFINED));
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public SpecialTokens specialTokens() {
        return special;
    }

    @Override
    public int[] encode(String text, EncodeOptions options) {
        IntList ids = new IntList();
        addBoundary("bos", options.bos(), special.addBos(), special.bos(), ids);
        String clean = WellFormed.of(text);
        if (options.parseSpecial()) {
            encodeSpecial(clean, ids);
        } else {
            encoder.encode(clean, true, ids);
        }
        addBoundary("eos", options.eos(), special.addEos(), special.eos(), ids);
        return ids.toArray();
    }

    private void addBoundary(String name, Boundary choice, boolean defined, OptionalInt id, IntList ids) {
        boolean wanted = switch (choice) {
            case AS_DEFINED -> defined;
            case ALWAYS -> true;
            case NEVER -> false;
        };
        if (wanted) {
            ids.add(id.orElseThrow(() -> new TokenizerException(
                    vocabulary.source(), name + " token", "none", "one, since the options ask for it")));
        }
    }

    /**
     * Every stretch between control tokens is encoded alone. User-defined tokens are left to the encoder, which knows
     * them.
     */
    private void encodeSpecial(String text, IntList ids) {
        int from = 0;
        int searched = 0;
        for (var match = spelled.next(text, 0); match != null; match = spelled.next(text, searched)) {
            if (vocabulary.type(match.id()) != TokenType.USER_DEFINED) {
                encoder.encode(text.substring(from, match.start()), from == 0, ids);
                ids.add(match.id());
                from = match.end();
            }
            searched = match.end();
        }
        encoder.encode(text.substring(from), from == 0, ids);
    }

    @Override
    public String decode(int[] ids) {
        return decoders.get().decode(ids);
    }

    @Override
    public StreamingDecoder streamingDecoder() {
        return decoders.get();
    }

    @Override
    public byte[] tokenBytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    @Override
    public String piece(int id) {
        return vocabulary.piece(id);
    }

    @Override
    public TokenType type(int id) {
        return vocabulary.type(id);
    }

    @Override
    public OptionalInt idOf(String piece) {
        return vocabulary.idOf(piece);
    }
}
