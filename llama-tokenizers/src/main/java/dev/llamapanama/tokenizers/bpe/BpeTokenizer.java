// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.Encoding;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A vocabulary with an encoder over it: what all tokenizers of this package share. */
final class BpeTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final SpecialTokens special;
    private final TextLimits limits;
    private final TextEncoder plain;
    private final TextEncoder parsing;
    private final Supplier<Utf8StreamDecoder> decoders;

    /**
     * @param limits where text is cut before anything else
     * @param plain for text in which no control token is recognised
     * @param parsing for text in which they are
     */
    BpeTokenizer(
            Vocabulary vocabulary,
            SpecialTokens special,
            TextLimits limits,
            TextEncoder plain,
            TextEncoder parsing,
            Supplier<Utf8StreamDecoder> decoders) {
        this.vocabulary = vocabulary;
        this.special = special;
        this.limits = limits;
        this.plain = plain;
        this.parsing = parsing;
        this.decoders = decoders;
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
        return encode(text, options, TokenSink.ofIds(text.length())).ids();
    }

    @Override
    public Encoding encodeWithOffsets(String text, EncodeOptions options) {
        return encode(text, options, TokenSink.ofPlaces(text.length())).encoding();
    }

    @Override
    public int count(String text, EncodeOptions options) {
        return encode(text, options, TokenSink.ofNumber()).size();
    }

    private TokenSink encode(String text, EncodeOptions options, TokenSink sink) {
        addBoundary("bos", options.bos(), special.addBos(), special.bos(), 0, sink);
        char[] clean = WellFormed.of(text);
        TextEncoder encoder = options.parseSpecial() ? parsing : plain;
        limits.forEach(clean, (from, to) -> encoder.encode(clean, from, to, sink));
        addBoundary("eos", options.eos(), special.addEos(), special.eos(), clean.length, sink);
        return sink;
    }

    private void addBoundary(String name, Boundary choice, boolean defined, OptionalInt id, int place, TokenSink sink) {
        boolean wanted = switch (choice) {
            case AS_DEFINED -> defined;
            case ALWAYS -> true;
            case NEVER -> false;
        };
        if (wanted) {
            int token = id.orElseThrow(() -> new TokenizerException(
                    vocabulary.source(), name + " token", "none", "one, since the options ask for it"));
            sink.add(token, place, place);
        }
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
        return vocabulary.bytes(id);
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
