// SPDX-License-Identifier: Apache-2.0
import dev.llamapanama.tokenizers.TokenizerProvider;
import dev.llamapanama.tokenizers.bpe.ByteLevelProvider;
import dev.llamapanama.tokenizers.bpe.SentencePieceProvider;
import dev.llamapanama.tokenizers.chat.ChatTemplateEngine;
import org.jspecify.annotations.NullMarked;

/** Text to token ids and back, for every Llama. Knows nothing of weights or tensors; usable alone. */
@NullMarked
module dev.llamapanama.tokenizers {
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.llamapanama.tokenizers;
    exports dev.llamapanama.tokenizers.chat;
    exports dev.llamapanama.tokenizers.train;

    uses ChatTemplateEngine;
    uses TokenizerProvider;

    provides TokenizerProvider with
            SentencePieceProvider,
            ByteLevelProvider;
}
