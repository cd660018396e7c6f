// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A vocabulary that google/sentencepiece 0.2.2 found. */
final class SentencePieceVocabularyTest {
    private static final List<String> TEXT = List.of(
            "The quick brown fox jumps over the lazy dog; the dog doesn't mind.",
            "In 1969 the fox was 12 years old, and in 2025 it is older still.",
            "  Two spaces begin this line,\ta tab stands in it, and a space ends it. ",
            "Der Fuchs mag Äpfel, Öl und Übermut; лиса любит сыр, и лисица тоже.",
            "キツネは狐のことです。 Ein e mit Akzent: é, mit zweien: é.",
            "A token <s> in text, a byte <0x41> too, and the end </s>.");

    /** {@code spm_train --model_type=bpe --vocab_size=170 --split_digits=true --character_coverage=1} and symbols. */
    private static final String PIECES = """
            <unk> <s> </s> <c> fox ▁t nd ▁i he ▁a er ▁m ▁s ▁the do en in ▁b ▁e ▁o ▁л ▁do ▁in ▁it ▁mi ▁and
            ac es ld ис ▁A ▁T ▁l ▁é nds pac ▁st ▁to ▁dog ▁mit ▁old ▁лис ▁spac Fu In ab ag ar as az ch ck
            eg ei el ex hi il ju kz mp mu ow pf qu te wo ye zw Öl Üb би же иц сы то ▁< ▁D ▁E ▁u ▁w ▁Ä ▁и
            ▁キ こと です は狐 ツネ ars azy chs ent esn ext his ▁ e t n i a s d o , l h . m r b u и c g p w 1 2 k y
            z л с 0 9 : ; A T x é а т ' 4 5 6 < > D E F I f j q v Ä Ö Ü б е ж о р ц ы ю 。 こ す で と の は キ ツ
            ネ 狐
            """;

    @Test
    void isTheSame() {
        SentencePieceOptions options = SentencePieceOptions.builder(170)
                .byteFallback(false)
                .characterCoverage(1)
                .controlSymbols(List.of("<c>"))
                .userDefinedSymbols(List.of("fox"))
                .build();
        TokenizerDefinition definition =
                TokenizerTrainer.sentencePiece(options).train("text", TEXT).definition();
        assertEquals(List.of(PIECES.strip().split("\\s+")), definition.pieces());
        assertEquals(TokenType.CONTROL, definition.types().get(3));
        assertEquals(TokenType.USER_DEFINED, definition.types().get(4));
        assertEquals(-164f, definition.scores().getLast());
    }
}
