// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The least training with everything in it: two sources, two stages, several micro-batches, held-out documents. */
final class TinyRecipe {
    static final int STEPS = 20;

    private TinyRecipe() {}

    static TrainingRecipe in(Path folder) {
        try {
            String songs = IntStream.range(0, 24)
                    .mapToObj(i -> "the " + i + " cats sat on the mat and the dogs sat on the cats\n")
                    .collect(Collectors.joining("--\n"));
            String facts = IntStream.range(0, 16)
                    .mapToObj(i -> "{\"text\": \"a cat is no dog, and " + i + " is no cat\"}\n")
                    .collect(Collectors.joining());
            Path first = Files.writeString(folder.resolve("songs.txt"), songs);
            Path second = Files.writeString(folder.resolve("facts.jsonl"), facts);
            Path tokenizer = folder.resolve("tokenizer.model");
            TokenizerTrainer.sentencePiece(
                            SentencePieceOptions.builder(300).byteFallback(true).build())
                    .train(List.of(first))
                    .write(tokenizer);
            return TrainingRecipe.LLAMA_3
                    .withStages(new BatchStage(0, 192, 32), new BatchStage(1_000, 256, 64))
                    .withModel(new ModelShape(32, 2, 4, 2, 48, 64, 1e-5, 1e4, false))
                    .withMicroBatchTokens(128)
                    .withSteps(STEPS)
                    .withPeak(2e-2)
                    .withSeed(7)
                    .withHeldOut(0.1, 5)
                    .withCheckpointSteps(4)
                    .withData(
                            tokenizer,
                            List.of(
                                    new SourceFile("songs", first.toString(), 0.7, "--", null),
                                    new SourceFile("facts", second.toString(), 0.3, null, "text")),
                            folder.resolve("out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
