// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.Llama;
import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import dev.llamapanama.training.BatchStage;
import dev.llamapanama.training.ModelShape;
import dev.llamapanama.training.Pretraining;
import dev.llamapanama.training.RateSchedule;
import dev.llamapanama.training.SourceFile;
import dev.llamapanama.training.TrainingRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Trains a tokenizer and a tiny model on a text whose paragraphs are documents, and lets the model talk. */
public final class PretrainExample {
    private static final int VOCABULARY = 512;
    private static final int SEQUENCE = 128;

    private PretrainExample() {}

    /** Takes the path of a text and a folder to write to. */
    public static void main(String[] args) throws IOException {
        Path model = train(Path.of(args[0]), Files.createDirectories(Path.of(args[1])));
        try (Llama llama = Llama.open(model)) {
            System.out.println(llama.generate("The").text());
        }
    }

    private static Path train(Path text, Path folder) {
        Path tokenizer = folder.resolve("tokenizer.model");
        TokenizerTrainer.sentencePiece(SentencePieceOptions.builder(VOCABULARY)
                        .byteFallback(true)
                        .build())
                .train(List.of(text))
                .write(tokenizer);
        TrainingRecipe recipe = TrainingRecipe.LLAMA_2
                .withStages(new BatchStage(0, 8 * SEQUENCE, SEQUENCE))
                .withModel(new ModelShape(64, 2, 4, 2, 176, SEQUENCE, 1e-5, 1e4, true))
                .withSchedule(new RateSchedule(5e-3, 10, 70, 0.1, 0))
                .withMicroBatchTokens(8 * SEQUENCE)
                .withHeldOut(0.05, 20)
                .withData(
                        tokenizer,
                        List.of(new SourceFile("text", text.toString(), 1, "", null)),
                        folder.resolve("training"));
        try (Pretraining training = Pretraining.start(recipe)) {
            return training.run((step, steps, secondsLeft) ->
                            System.out.printf("step %d of %d: loss %.3f%n", step.step(), steps, step.loss()))
                    .model();
        }
    }
}
