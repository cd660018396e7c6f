// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** Byte-level BPE by rank: the 256 bytes, then merged tokens as they are found. */
final class TiktokenRecipe implements Recipe {
    private static final int BYTES = 256;

    /** Those of Llama 3; with more, a file would be read as that of another model, with another pattern. */
    private static final int MOST_RANKS = 128_000;

    /** A longer line is none of a text. */
    private static final int MAX_LINE_BYTES = 1 << 24;

    /** As the longest token of Llama 3 has. */
    private static final int MAX_TOKEN_BYTES = 128;

    private final int ranks;

    TiktokenRecipe(int ranks) {
        if (ranks < BYTES || ranks > MOST_RANKS) {
            throw new IllegalArgumentException("ranks: found " + ranks + ", expected " + BYTES + " to " + MOST_RANKS);
        }
        this.ranks = ranks;
    }

    @Override
    public TrainedTokenizer train(Lines text, TrainingProgress progress) {
        PartWords words = new PartWords();
        long tooLong = text.forEach(MAX_LINE_BYTES, words);
        words.finish();
        if (words.counts().isEmpty()) {
            throw new TokenizerException(text.source(), "text", "none", "at least one line");
        }
        List<Integer> bytes = IntStream.range(0, BYTES).boxed().toList();
        List<String> learned = new PieceLearner(
                        new Corpus(text.source(), words.counts(), b -> b + 1),
                        bytes,
                        spelling -> spelling.length <= MAX_TOKEN_BYTES)
                .learn(ranks - BYTES, 1, progress);
        if (BYTES + learned.size() < ranks) {
            throw new TokenizerException(
                    text.source(),
                    "vocabulary size",
                    ranks,
                    "at most " + (BYTES + learned.size()) + ", which is all that the text gives");
        }
        return new TrainedTokenizer(text.source(), file(learned), words.lines(), tooLong);
    }

    private static byte[] file(List<String> learned) {
        StringBuilder lines = new StringBuilder();
        for (int rank = 0; rank < BYTES + learned.size(); rank++) {
            String token = rank < BYTES ? Character.toString(rank) : learned.get(rank - BYTES);
            lines.append(Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.ISO_8859_1)))
                    .append(' ')
                    .append(rank)
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
