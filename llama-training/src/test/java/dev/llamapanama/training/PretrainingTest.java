// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainingTest {
    private static final GenerationOptions GREEDY =
            GenerationOptions.builder().temperature(0).maxTokens(20).build();

    @TempDir
    Path folder = Path.of("");

    private TrainingRecipe recipe = TrainingRecipe.LLAMA_1;
    private Path output = Path.of("");

    @BeforeEach
    void write() {
        recipe = TinyRecipe.in(folder);
        output = folder.resolve("out");
    }

    /** What a process that is killed does not live to handle. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static TrainingListener killedAfter(long step) {
        return (done, steps, secondsLeft) -> {
            if (done.step() == step) {
                throw new Killed();
            }
        };
    }

    private void startAndKill(long step) {
        try (Pretraining training = Pretraining.start(recipe)) {
            assertThrows(Killed.class, () -> training.run(killedAfter(step)));
        }
    }

    private float[] uninterrupted() {
        TrainingRecipe elsewhere =
                recipe.withData(Path.of(recipe.tokenizer()), recipe.sources(), folder.resolve("uninterrupted"));
        try (Pretraining training = Pretraining.start(elsewhere)) {
            training.run(TrainingListener.NONE);
            return training.parameters().values().clone();
        }
    }

    private float[] resumed(long from) {
        try (Pretraining training = Pretraining.resume(recipe)) {
            assertEquals(from, training.steps());
            training.run(TrainingListener.NONE);
            assertEquals(TinyRecipe.STEPS, training.log().size());
            return training.parameters().values().clone();
        }
    }

    private List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aModelLearnsAndTalks() throws IOException {
        List<Double> left = new ArrayList<>();
        try (Pretraining training = Pretraining.start(recipe)) {
            TrainingReport report = training.run((step, steps, secondsLeft) -> left.add(secondsLeft));

            List<TrainingStep> log = training.log();
            assertTrue(log.getLast().loss() < 0.7 * log.getFirst().loss(), log.toString());
            Double heldOut = assertNotNullLoss(log.getLast());
            assertTrue(heldOut < assertNotNullLoss(log.get(4)), log.toString());
            assertEquals(
                    4, log.stream().filter(step -> step.heldOutLoss() != null).count());
            assertEquals(6 * 192 + 14 * 256, log.getLast().tokens());
            assertEquals(0, left.getLast());
            assertEquals(TinyRecipe.STEPS, left.size());
            assertEquals(log.getLast(), report.last());
            assertEquals(
                    List.of("songs", "facts"),
                    report.sources().stream().map(TrainingReport.Source::name).toList());
            assertTrue(report.sources().getFirst().epochs() > 1);

            try (Checkpoint model = Checkpoints.open(report.model())) {
                assertArrayEquals(
                        training.parameters().values(), Parameters.of(model).values());
            }
            try (Llama llama = Llama.open(report.model())) {
                assertEquals(
                        training.parameters().config().vocabSize(),
                        llama.tokenizer().vocabularySize());
                String text = llama.generate("the 1 cats", GREEDY).text();
                assertTrue(text.contains("the"), text);
            }
        }
        assertEquals(2, checkpoints().size());
        assertEquals(
                TinyRecipe.STEPS + 1,
                Files.readAllLines(output.resolve("log.csv")).size());
        assertTrue(Files.readString(output.resolve("loss.svg")).contains("<polyline"));
    }

    /** The rows of queries and keys are in another order there. */
    @Test
    void transformersHasItsFolder() throws IOException {
        recipe = recipe.withSteps(4).withFormats(ModelFormat.SAFETENSORS, ModelFormat.GGUF);
        try (Pretraining training = Pretraining.start(recipe)) {
            Path model = training.run(TrainingListener.NONE).model();
            assertEquals(output.resolve("huggingface"), model);
            try (Checkpoint folder = Checkpoints.open(model);
                    Checkpoint gguf = Checkpoints.open(output.resolve("model.gguf"))) {
                assertEquals(gguf.config(), folder.config());
                assertArrayEquals(
                        training.parameters().values(), Parameters.of(folder).values());
            }
            assertArrayEquals(
                    Files.readAllBytes(Path.of(recipe.tokenizer())),
                    Files.readAllBytes(model.resolve("tokenizer.model")));
            try (Llama one = Llama.open(model);
                    Llama other = Llama.open(output.resolve("model.gguf"))) {
                assertEquals(
                        other.generate("the cats", GREEDY).tokens(),
                        one.generate("the cats", GREEDY).tokens());
            }
            training.exportHuggingFace(folder.resolve("half"), DType.BF16);
            try (Checkpoint half = Checkpoints.open(folder.resolve("half"))) {
                float[] exact = training.parameters().values();
                float[] rounded = Parameters.of(half).values();
                for (int i = 0; i < exact.length; i++) {
                    assertEquals(exact[i], rounded[i], Math.abs(exact[i]) / 256);
                }
            }
            assertThrows(IllegalArgumentException.class, () -> training.exportHuggingFace(folder, DType.Q8_0));
        }
    }

    /** Longer sequences from the first step on, as Code Llama's are. */
    @Test
    void aModelIsGoneOnFrom() throws IOException {
        Path base;
        float[] learnt;
        try (Pretraining training = Pretraining.start(recipe)) {
            base = training.run(TrainingListener.NONE).model();
            learnt = training.parameters().values().clone();
        }
        Path other;
        try (Pretraining training = Pretraining.start(
                recipe.withSeed(8).withData(Path.of(recipe.tokenizer()), recipe.sources(), folder.resolve("other")))) {
            other = training.run(TrainingListener.NONE).model();
        }
        output = folder.resolve("more");
        recipe = recipe.withBase(base)
                .withModel(new ModelShape(32, 2, 4, 2, 48, 128, 1e-5, 1e6, false))
                .withStages(new BatchStage(0, 256, 128))
                .withData(Path.of(recipe.tokenizer()), recipe.sources(), output);
        try (Pretraining more = Pretraining.start(recipe)) {
            assertArrayEquals(learnt, more.parameters().values());
            assertEquals(128, more.parameters().config().contextLength());
            assertEquals(1e6, more.parameters().config().rope().theta());
            assertThrows(Killed.class, () -> more.run(killedAfter(7)));
        }
        assertThrows(TrainingFileException.class, () -> Pretraining.resume(recipe.withBase(other)));
        float[] expected = uninterrupted();
        recipe = recipe.withBase(Files.move(base, folder.resolve("moved.gguf")));
        assertArrayEquals(expected, resumed(4));
    }

    @Test
    void aModelOfOtherShapesIsNotGoneOnFrom() {
        Path base;
        try (Pretraining training = Pretraining.start(recipe.withSteps(4))) {
            base = training.run(TrainingListener.NONE).model();
        }
        TrainingRecipe elsewhere =
                recipe.withBase(base).withData(Path.of(recipe.tokenizer()), recipe.sources(), folder.resolve("more"));
        for (ModelShape other : List.of(
                new ModelShape(32, 1, 4, 2, 48, 64, 1e-5, 1e4, false),
                new ModelShape(32, 2, 4, 2, 48, 64, 1e-5, 1e4, true),
                new ModelShape(32, 2, 8, 4, 48, 64, 1e-5, 1e4, false))) {
            String message = String.valueOf(
                    assertThrows(TrainingFileException.class, () -> Pretraining.start(elsewhere.withModel(other)))
                            .getMessage());
            assertTrue(message.startsWith(base + ": model: found "), message);
            assertTrue(message.contains("expected the recipe's shapes"), message);
        }
    }

    @Test
    void aModelOfOtherPiecesIsNotGoneOnFrom() throws IOException {
        Path base;
        try (Pretraining training = Pretraining.start(recipe.withSteps(4))) {
            base = training.run(TrainingListener.NONE).model();
        }
        Path text = Files.writeString(folder.resolve("other.txt"), "some horses ran into a forest\n".repeat(20));
        Path other = folder.resolve("other.model");
        TokenizerTrainer.sentencePiece(
                        SentencePieceOptions.builder(300).byteFallback(true).build())
                .train(List.of(text))
                .write(other);
        TrainingRecipe elsewhere = recipe.withBase(base).withData(other, recipe.sources(), folder.resolve("more"));
        String message = String.valueOf(assertThrows(TrainingFileException.class, () -> Pretraining.start(elsewhere))
                .getMessage());
        assertTrue(message.startsWith(base + ": tokenizer, piece "), message);
    }

    private static Double assertNotNullLoss(TrainingStep step) {
        Double loss = step.heldOutLoss();
        assertNotNull(loss);
        return loss;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4, 11, 19, 20})
    void resumingIsNeverHavingStopped(long killed) throws IOException {
        startAndKill(killed);
        Files.write(output.resolve("unfinished.tmp"), new byte[100_000]);

        assertArrayEquals(uninterrupted(), resumed(killed - killed % 4));
        assertEquals(losses(folder.resolve("uninterrupted").resolve("log.csv")), losses(output.resolve("log.csv")));
    }

    /** All columns but the speed. */
    private static List<String> losses(Path csv) throws IOException {
        return Files.readAllLines(csv).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 15, 400, 60_000})
    void aTornFileIsPassedOver(int bytes) throws IOException {
        startAndKill(9);
        Path newest = checkpoints().getLast();
        byte[] content = Files.readAllBytes(newest);
        Files.write(newest, Arrays.copyOf(content, bytes));

        assertArrayEquals(uninterrupted(), resumed(4));
    }

    @Test
    void oneWrongBitIsFound() throws IOException {
        startAndKill(5);
        Path only = checkpoints().getLast();
        byte[] content = Files.readAllBytes(only);
        for (int at : new int[] {0, 9, 40, content.length / 2, content.length - 1}) {
            content[at] ^= 4;
            Files.write(only, content);
            String message = String.valueOf(assertThrows(TrainingFileException.class, () -> Pretraining.resume(recipe))
                    .getMessage());
            assertTrue(message.startsWith(only + ": "), message);
            content[at] ^= 4;
        }
        Files.write(only, content);
        assertArrayEquals(uninterrupted(), resumed(4));
    }

    @Test
    void anotherTrainingIsRefused() {
        startAndKill(4);
        assertThrows(TrainingFileException.class, () -> Pretraining.start(recipe));
        for (TrainingRecipe other : List.of(
                recipe.withSeed(8),
                recipe.withHeldOut(0.2, 5),
                recipe.withModel(new ModelShape(32, 1, 4, 2, 48, 64, 1e-5, 1e4, false)))) {
            String message = String.valueOf(assertThrows(TrainingFileException.class, () -> Pretraining.resume(other))
                    .getMessage());
            assertTrue(message.contains("training: found {\"model\":"), message);
        }
        try (Pretraining longer = Pretraining.resume(recipe.withSteps(30))) {
            assertEquals(4, longer.steps());
        }
    }

    /** As many words, but other ones; and the same in another order. */
    @Test
    void anotherTextIsRefused() throws IOException {
        startAndKill(4);
        Path text = Path.of(recipe.sources().getFirst().path());
        String before = Files.readString(text);
        for (String other : List.of(before.replaceFirst("cats", "dogs"), reversed(before))) {
            Files.writeString(text, other);
            String message = String.valueOf(assertThrows(TrainingFileException.class, () -> Pretraining.resume(recipe))
                    .getMessage());
            assertTrue(message.contains("training: found {\"model\":"), message);
        }
        Files.writeString(text, before);
        assertArrayEquals(uninterrupted(), resumed(4));
    }

    private static String reversed(String text) {
        return Arrays.stream(text.split("(?<=--\n)"))
                .map(document -> document.replace("--\n", ""))
                .reduce((all, document) -> document + "--\n" + all)
                .orElseThrow();
    }

    /** What would be held out of one document is refused rather than not measured. */
    @Test
    void aSingleDocumentIsNotHeldOut() {
        SourceFile songs = recipe.sources().getFirst();
        TrainingRecipe single = recipe.withData(
                Path.of(recipe.tokenizer()), List.of(new SourceFile("all", songs.path(), 1, "==", null)), output);
        assertEquals(
                songs.path() + ": documents: found 1, expected two or more, one to be held out; or heldOut 0",
                assertThrows(TrainingFileException.class, () -> Pretraining.start(single))
                        .getMessage());
        try (Pretraining training = Pretraining.start(single.withHeldOut(0, 5))) {
            assertEquals(0, training.steps());
        }
    }

    /** Killed after the last checkpoint, and before its curve is drawn. */
    @Test
    void theCurveIsThereInTheEnd() throws IOException {
        startAndKill(20);
        Files.delete(output.resolve("loss.svg"));
        resumed(20);
        assertTrue(Files.exists(output.resolve("loss.svg")));
    }

    @Test
    void tooManyTokensAtOnceAreRefused() {
        TrainingRecipe large = recipe.withStages(new BatchStage(0, 1 << 30, 64)).withMicroBatchTokens(1 << 30);
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Pretraining.start(large))
                .getMessage());
        assertEquals("microBatchTokens: found 1073741824, expected at most 22369621 for this model", message);
    }

    @Test
    void aFolderIsOneTrainingsAlone() throws IOException, InterruptedException {
        try (Pretraining training = Pretraining.start(recipe)) {
            assertEquals(0, training.steps());
            String message = String.valueOf(assertThrows(TrainingFileException.class, () -> Pretraining.resume(recipe))
                    .getMessage());
            assertEquals(
                    output + ": output: found a training that is running, expected a folder that none has", message);
            Process other = lockHolder();
            assertEquals('?', other.getInputStream().read(), "a refusal gave the folder free");
            other.waitFor();
        }
        try (Pretraining after = Pretraining.start(recipe)) {
            assertEquals(0, after.steps());
        }
    }

    /** The system gives the lock free, and no file has to be deleted. */
    @Test
    void aProcessThatWasKilledHasItNoLonger() throws IOException, InterruptedException {
        Files.createDirectories(output);
        Process process = lockHolder();
        try {
            assertEquals('!', process.getInputStream().read());
            assertThrows(TrainingFileException.class, () -> Pretraining.start(recipe));
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Pretraining training = Pretraining.start(recipe)) {
            assertEquals(0, training.steps());
        }
    }

    private Process lockHolder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LockHolder.class.getName(),
                        output.resolve("training.lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Sums are in another order, nothing else. */
    @Test
    void microBatchesAddUp() {
        TrainingRecipe elsewhere = recipe.withMicroBatchTokens(256)
                .withData(Path.of(recipe.tokenizer()), recipe.sources(), folder.resolve("one"));
        try (Pretraining several = Pretraining.start(recipe);
                Pretraining one = Pretraining.start(elsewhere)) {
            assertThrows(Killed.class, () -> several.run(killedAfter(3)));
            assertThrows(Killed.class, () -> one.run(killedAfter(3)));
            for (int i = 0; i < 3; i++) {
                assertEquals(several.log().get(i).loss(), one.log().get(i).loss(), 1e-3);
                assertEquals(
                        several.log().get(i).gradientNorm(), one.log().get(i).gradientNorm(), 1e-3);
            }
        }
    }

    @Test
    void anInfiniteLossEndsIt() {
        try (Pretraining training = Pretraining.start(recipe)) {
            TrainingListener breaking = (step, steps, secondsLeft) -> {
                if (step.step() == 6) {
                    float[] values = training.parameters().values();
                    values[values.length - 1] = Float.NaN;
                }
            };
            TrainingDivergedException e = assertThrows(TrainingDivergedException.class, () -> training.run(breaking));
            assertEquals(7, e.step());
            assertTrue(String.valueOf(e.getMessage()).startsWith("step 7: found loss NaN"), e.getMessage());
        }
        assertArrayEquals(uninterrupted(), resumed(4));
    }
}
