// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer as a file states it, before any index is built over it: what a checkpoint hands over, whatever its format.
 * A {@link TokenizerProvider} turns it into a {@link Tokenizer}, and checks it then. Immutable.
 *
 * @param source the file it came from, for messages
 * @param model the algorithm, in the words of GGUF: {@code llama} (SentencePiece BPE by score) or {@code gpt2}
 *     (byte-level BPE by rank)
 * @param preTokenizer how text is split first, in the words of GGUF ({@code llama-bpe}) or as the regular expression that
 *     the file states; empty where the file doesn't say
 * @param pieces spelling of every token; SentencePiece spells a space as U+2581, byte-level BPE bytes in
 *     {@linkplain ByteAlphabet its printable alphabet}, and both control tokens as they are
 * @param types one for every piece
 * @param scores one for every piece, or empty where the algorithm has none; the highest is merged first
 * @param merges pairs {@code "left right"}, first merged first, or empty: for SentencePiece with scores, which derives
 *     them from these, and for byte-level BPE whose ids are ranks, the lowest merged first, as in tiktoken files
 * @param special ids with a meaning
 * @param whitespace what happens to spaces before encoding, for SentencePiece; byte-level BPE leaves them alone
 * @param chatTemplate Jinja source, or null
 * @param particulars what few files ask for
 */
public record TokenizerDefinition(
        String source,
        String model,
        String preTokenizer,
        List<String> pieces,
        List<TokenType> types,
        List<Float> scores,
        List<String> merges,
        SpecialIds special,
        Whitespace whitespace,
        @Nullable String chatTemplate,
        Particulars particulars) {

    /** A definition without {@linkplain Particulars#NONE particulars}. */
    public TokenizerDefinition(
            String source,
            String model,
            String preTokenizer,
            List<String> pieces,
            List<TokenType> types,
            List<Float> scores,
            List<String> merges,
            SpecialIds special,
            Whitespace whitespace,
            @Nullable String chatTemplate) {
        this(
                source,
                model,
                preTokenizer,
                pieces,
                types,
                scores,
                merges,
                special,
                whitespace,
                chatTemplate,
                Particulars.NONE);
    }

    /** Copies the lists. */
    public TokenizerDefinition {
        pieces = List.copyOf(pieces);
        types = List.copyOf(types);
        scores = List.copyOf(scores);
        merges = List.copyOf(merges);
    }

    /**
     * Ids with a meaning; −1 where there is none.
     *
     * @param bos begin of text
     * @param eos end of text
     * @param unknown stands for text that has no token
     * @param pad padding
     * @param eot end of turn
     * @param eom end of message: the model waits for a tool
     * @param addBos whether a prompt begins with {@code bos}
     * @param addEos whether an encoded text ends with {@code eos}
     */
    public record SpecialIds(
            int bos, int eos, int unknown, int pad, int eot, int eom, boolean addBos, boolean addEos) {}

    /**
     * What SentencePiece does to spaces before encoding.
     *
     * @param dummyPrefix where a space is put before text
     * @param removeExtraWhitespaces whether runs of spaces collapse to one, and those at both ends go
     */
    public record Whitespace(DummyPrefix dummyPrefix, boolean removeExtraWhitespaces) {

        /**
         * As {@code normalizer_spec} of SentencePiece says it.
         *
         * @param addDummyPrefix whether a space is put before every stretch of text
         * @param removeExtraWhitespaces whether runs of spaces collapse to one, and those at both ends go
         */
        public Whitespace(boolean addDummyPrefix, boolean removeExtraWhitespaces) {
            this(addDummyPrefix ? DummyPrefix.EVERY : DummyPrefix.NONE, removeExtraWhitespaces);
        }

        /** Whether a space is put before any text; decoding takes it off again. */
        public boolean addDummyPrefix() {
            return dummyPrefix != DummyPrefix.NONE;
        }
    }

    /** Before which stretches of text, between tokens that are cut out of it, a space is put. */
    public enum DummyPrefix {
        /** None. */
        NONE,
        /** Every one: SentencePiece, and {@code Prepend} of Hugging Face. */
        EVERY,
        /** The one at the very beginning: SentencePiece in Hugging Face's hands, {@code legacy: false}. */
        FIRST,
        /** Every one that begins with none: {@code Metaspace} of Hugging Face, {@code always}. */
        EVERY_WITHOUT,
        /** The one at the very beginning, if it begins with none: {@code Metaspace} of Hugging Face, {@code first}. */
        FIRST_WITHOUT
    }

    /**
     * What sets a tokenizer apart from those of Llama.
     *
     * @param ignoreMerges for byte-level BPE, whether a part of the text that is a token as a whole is that token,
     *     whatever merging would make of it
     * @param fuseUnknown whether a run of characters without a token is one unknown token rather than one for each
     * @param splitSpaces for SentencePiece, whether every space begins a word of its own, that is merged with no other
     * @param addedTokens how added tokens are looked for, where that isn't simply in the text as it stands; where pieces
     *     have scores, all that are cut out of text before anything else
     * @param characterMap {@code precompiled_charsmap} of SentencePiece: what becomes of characters before encoding;
     *     empty where they stay
     * @param normalizations what becomes of text before encoding, one after another; none where pieces have scores
     * @param chatTemplates Jinja sources for certain uses, such as {@code tool_use}, by their names
     * @param unknownSurface what the unknown token prints: {@code unk_surface} of SentencePiece
     */
    public record Particulars(
            boolean ignoreMerges,
            boolean fuseUnknown,
            boolean splitSpaces,
            List<AddedToken> addedTokens,
            ByteBuffer characterMap,
            List<Normalization> normalizations,
            Map<String, String> chatTemplates,
            String unknownSurface) {

        /** What SentencePiece prints for the unknown token where a file doesn't say. */
        public static final String UNKNOWN_SURFACE = " \u2047 ";

        /** As Llamas are. */
        public static final Particulars NONE = new Particulars(
                true, true, false, List.of(), ByteBuffer.allocate(0), List.of(), Map.of(), UNKNOWN_SURFACE);

        /** Copies the collections; the bytes of the map must not be changed afterwards. */
        public Particulars {
            addedTokens = List.copyOf(addedTokens);
            characterMap = characterMap.asReadOnlyBuffer();
            normalizations = List.copyOf(normalizations);
            chatTemplates = Map.copyOf(chatTemplates);
        }

        /** The same with other templates for certain uses. */
        public Particulars withChatTemplates(Map<String, String> choice) {
            return new Particulars(
                    ignoreMerges,
                    fuseUnknown,
                    splitSpaces,
                    addedTokens,
                    characterMap,
                    normalizations,
                    choice,
                    unknownSurface);
        }

        /** The whole map, read-only, with a position of its own. */
        @Override
        public ByteBuffer characterMap() {
            return characterMap.duplicate();
        }
    }
}
