// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.ByteAlphabet;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerProvider;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.Broken;
import dev.llamapanama.tokenizers.bpe.Utf8StreamDecoder.LeadingSpaces;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Byte-level BPE with the pre-tokenizers of Llama 3 and 4. Neither touches spaces, so the definition's whitespace has
 * no say.
 */
public final class ByteLevelProvider implements TokenizerProvider {
    private static final Logger LOG = LoggerFactory.getLogger(ByteLevelProvider.class);
    private static final Set<String> UNNAMED = Set.of("", "default");
    private static final byte[] NOTHING = {};

    @Override
    public String knows() {
        return "'gpt2' (byte-level BPE) with one of '" + PreTokenizer.allNames() + "'";
    }

    @Override
    public boolean supports(TokenizerDefinition definition) {
        String preTokenizer = definition.preTokenizer();
        return definition.model().equals("gpt2")
                && (UNNAMED.contains(preTokenizer)
                        || PreTokenizer.named(preTokenizer).isPresent());
    }

    @Override
    public Tokenizer create(TokenizerDefinition definition) {
        Vocabulary vocabulary = new Vocabulary(definition, ByteLevelProvider::bytes);
        SpecialTokens special = SpecialTokens.of(definition);
        TextEncoder bytes =
                new ByteLevelEncoder(new ByteLevelRules(vocabulary, special, definition), preTokenizer(definition));
        return new BpeTokenizer(
                vocabulary,
                special,
                // Without merges it is a file of ranks, which Meta's own code reads.
                definition.merges().isEmpty() ? TextLimits.META : TextLimits.NONE,
                AddedTokenCutter.plain(definition, bytes),
                AddedTokenCutter.parsing(definition, bytes),
                () -> new Utf8StreamDecoder(vocabulary, Broken.TOGETHER, LeadingSpaces.KEPT));
    }

    private static PreTokenizer preTokenizer(TokenizerDefinition definition) {
        if (UNNAMED.contains(definition.preTokenizer())) {
            LOG.warn(
                    "{}: the file does not name its pre-tokenizer; splitting text as Llama 3 does. If token counts look"
                            + " wrong, convert the model again with a current converter.",
                    definition.source());
        }
        return PreTokenizer.named(definition.preTokenizer()).orElse(PreTokenizer.LLAMA_3);
    }

    /** Added tokens are spelled as they are, as is, in Hugging Face's reading, whatever the alphabet cannot spell. */
    private static byte[] bytes(String piece, TokenType type) {
        return switch (type) {
            case CONTROL, UNKNOWN -> NOTHING;
            case USER_DEFINED -> piece.getBytes(StandardCharsets.UTF_8);
            case NORMAL, UNUSED, BYTE ->
                ByteAlphabet.bytes(piece).orElseGet(() -> piece.getBytes(StandardCharsets.UTF_8));
        };
    }
}
