// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.LoraSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TuningTest {
    private static final LoraSettings LORA = LoraSettings.of(2);

    @TempDir
    static Path folder = Path.of("");

    /** What a process that is killed does not live to handle. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** PPO's judge. */
    @BeforeAll
    static void train() {
        run(TuningKind.REWARD, TinyBase.recipe(TuningKind.REWARD, folder, folder.resolve("judge"), null));
    }

    static Stream<Arguments> kinds() {
        return Stream.of(TuningKind.values())
                .flatMap(kind -> Stream.of(null, LORA)
                        .filter(lora -> kind != TuningKind.REWARD || lora == null)
                        .map(lora -> Arguments.of(kind, lora)));
    }

    private static TuningReport run(TuningKind kind, TuningRecipe recipe) {
        try (Tuning tuning = Tuning.start(kind, recipe)) {
            return tuning.run(TrainingListener.NONE);
        }
    }

    private static TuningRecipe recipe(TuningKind kind, String output, @Nullable LoraSettings lora) {
        return TinyBase.recipe(kind, folder, folder.resolve(output), lora);
    }

    /** Whenever it stops, the file at the end is the same to the last byte, and so is the log but for speeds. */
    @ParameterizedTest
    @MethodSource("kinds")
    void resumingIsNeverHavingStopped(TuningKind kind, @Nullable LoraSettings lora) throws IOException {
        String name = kind + (lora == null ? "" : "-lora");
        Path whole = run(kind, recipe(kind, name + "-whole", lora)).model();
        for (long killed : new long[] {1, 3, 5}) {
            TuningRecipe recipe = recipe(kind, name + "-killed-" + killed, lora);
            try (Tuning tuning = Tuning.start(kind, recipe)) {
                assertThrows(
                        Killed.class,
                        () -> tuning.run((step, steps, secondsLeft) -> {
                            if (step.step() == killed) {
                                throw new Killed();
                            }
                        }));
            }
            try (Tuning tuning = Tuning.resume(kind, recipe)) {
                assertEquals(killed - killed % 2, tuning.steps());
                Path model = tuning.run(TrainingListener.NONE).model();
                assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(model));
                assertEquals(TinyBase.STEPS, tuning.log().size());
            }
            assertEquals(
                    withoutSpeed(whole.resolveSibling("log.jsonl")),
                    withoutSpeed(Path.of(recipe.output()).resolve("log.jsonl")));
        }
    }

    private static List<String> withoutSpeed(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceAll("\"tokensPerSecond\":[^,}]*", ""))
                .toList();
    }

    @Test
    void answersAreLearnt() throws IOException {
        TuningReport report = run(TuningKind.SFT, recipe(TuningKind.SFT, "sft", null));

        assertEquals(8, report.examples(), "four of five are learnt twice, one is held out");
        assertEquals(1, report.leftOut());
        List<TrainingStep> log = log(report);
        assertTrue(log.getLast().loss() < log.getFirst().loss(), log.toString());
        assertEquals(2, log.stream().filter(step -> step.heldOutLoss() != null).count());
        try (Checkpoint base = Checkpoints.open(TinyBase.in(folder));
                Checkpoint tuned = Checkpoints.open(report.model())) {
            assertEquals(base.config(), tuned.config());
            assertEquals(base.metadata().get("general.name"), tuned.metadata().get("general.name"));
        }
        try (Llama llama = Llama.open(report.model())) {
            float[] logits = llama.session().feed(llama.tokenizer().encode("the cats"));
            assertEquals(llama.tokenizer().vocabularySize(), logits.length);
        }
    }

    @Test
    void whatIsSaidAgainBecomesUnlikely() throws IOException {
        Path again = Files.writeString(folder.resolve("again.jsonl"), """
                {"prompt": "the cats", "completion": " sat on the mat sat on the mat sat on the mat"}
                {"prompt": "the dogs", "completion": " sat on a cat sat on a cat"}
                {"prompt": "a dog", "completion": " is no cat"}
                """);
        TuningReport report = run(TuningKind.SFT, avoiding(again, 3));

        assertEquals(2, report.leftOut(), "one is too long, one says nothing again");
        assertEquals(8 + 3, report.examples(), "one of two is held out");
        List<TrainingStep> log = log(report).stream()
                .filter(step -> step.measures().containsKey("unlikelihood"))
                .toList();
        assertTrue(log.size() > 1, log.toString());
        assertTrue(measure(log.getLast(), "unlikelihood") < measure(log.getFirst(), "unlikelihood"), log.toString());
        assertTrue(log(report).getLast().measures().containsKey("heldOutUnlikelihood"));
        assertThrows(TrainingFileException.class, () -> Tuning.resume(TuningKind.SFT, avoiding(again, 20)));
    }

    private TuningRecipe avoiding(Path file, int unlikely) {
        return TinyBase.recipe(
                TuningKind.SFT,
                folder,
                folder.resolve("unlikely"),
                null,
                new ExampleFile(file.toString(), 3, unlikely));
    }

    @Test
    void anAdapterChangesWhatTheBaseSays() {
        Path adapter =
                run(TuningKind.SFT, recipe(TuningKind.SFT, "adapter", LORA)).model();

        assertEquals("adapter.gguf", String.valueOf(adapter.getFileName()));
        Path base = TinyBase.in(folder);
        try (Llama plain = Llama.open(base);
                Llama adapted = Llama.open(base, LlamaOptions.DEFAULT.withAdapter(adapter, 1));
                Llama peft = Llama.open(base, LlamaOptions.DEFAULT.withAdapter(adapter.resolveSibling("peft"), 1))) {
            int[] ids = plain.tokenizer().encode("the cats");
            float[] logits = adapted.session().feed(ids);
            assertNotEquals(plain.session().feed(ids)[5], logits[5]);
            assertArrayEquals(logits, peft.session().feed(ids), 1e-5f);
        }
    }

    @Test
    void preferencesAreMeasuredTwice() throws IOException {
        TuningReport report = run(TuningKind.DPO, recipe(TuningKind.DPO, "dpo", null));
        List<TrainingStep> log = log(report);
        assertEquals(0, measure(log.getFirst(), "margin"), 1e-6, "the model begins as the reference");
        assertTrue(measure(log.getLast(), "margin") > 0, log.toString());
        assertNotNull(log.getLast().measures().get("heldOutAccuracy"));
        Path output = report.model().getParent();
        assertNotNull(output);
        assertTrue(Files.readString(output.resolve("margin.svg")).contains("held out"));
        assertTrue(Files.readAllLines(output.resolve("log.csv"))
                .getFirst()
                .endsWith("tokens_per_second,margin,accuracy,heldOutMargin,heldOutAccuracy"));
    }

    private static double measure(TrainingStep step, String name) {
        Double found = step.measures().get(name);
        assertNotNull(found, name);
        return found;
    }

    @Test
    void aRewardModelHasAHeadBesideIt() throws IOException {
        Path judge = folder.resolve("judge");
        try (Checkpoint model = Checkpoints.open(judge.resolve("model.gguf"))) {
            int dim = model.config().dim();
            float[] head = RewardHeadFile.in(judge).read(dim);
            assertEquals(dim, head.length);
            assertThrows(
                    TrainingFileException.class, () -> RewardHeadFile.in(judge).read(dim + 1));
        }
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve("head.json"), "{\"weights\": 1}");
        assertThrows(
                TrainingFileException.class, () -> RewardHeadFile.in(broken).read(3));
        assertThrows(
                TrainingFileException.class, () -> RewardHeadFile.in(folder).read(3));
    }

    @Test
    void policiesTellRewardAndDivergence() throws IOException {
        List<TrainingStep> log = log(run(TuningKind.PPO, recipe(TuningKind.PPO, "ppo", null)));
        assertEquals(0, measure(log.getFirst(), "divergence"), 1e-4, "the policy begins as the reference");
        assertTrue(Math.abs(measure(log.getLast(), "divergence")) > 1e-4, log.toString());
        assertTrue(log.stream().allMatch(step -> Double.isFinite(measure(step, "reward"))));
    }

    private static List<TrainingStep> log(TuningReport report) {
        Path output = report.model().getParent();
        assertNotNull(output);
        return new TrainingLog(output, Long.MAX_VALUE).steps();
    }

    @Test
    void whatAKindDoesNotKnowIsRefused() {
        TuningRecipe dpo = recipe(TuningKind.DPO, "refused", null);
        assertThrows(IllegalArgumentException.class, () -> Tuning.start(TuningKind.SFT, dpo));
        assertThrows(IllegalArgumentException.class, () -> Tuning.start(TuningKind.PPO, dpo));
        TuningRecipe adapter = recipe(TuningKind.REWARD, "refused", LORA);
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Tuning.start(TuningKind.REWARD, adapter))
                        .getMessage());
        assertTrue(message.startsWith("lora: found "), message);
    }

    /** As a folder that was moved, or a recipe that is named from elsewhere. */
    @Test
    void filesMayLieElsewhere() throws IOException {
        TuningRecipe before = recipe(TuningKind.PPO, "here", LORA);
        try (Tuning tuning = Tuning.start(TuningKind.PPO, before)) {
            assertThrows(
                    Killed.class,
                    () -> tuning.run((step, steps, secondsLeft) -> {
                        if (step.step() == 2) {
                            throw new Killed();
                        }
                    }));
        }
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        for (String each : List.of("out", "judge", "here")) {
            copy(folder.resolve(each), elsewhere.resolve(each));
        }
        try (Tuning tuning = Tuning.resume(
                TuningKind.PPO, TinyBase.recipe(TuningKind.PPO, elsewhere, elsewhere.resolve("here"), LORA))) {
            assertEquals(2, tuning.steps());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** Others of as many examples, and other constants. */
    @Test
    void whatIsNotTheSameTuningIsRefused() throws IOException {
        TuningRecipe pairs = recipe(TuningKind.DPO, "same", null);
        run(TuningKind.DPO, pairs);
        TuningRecipe beta = RecipeChange.of(pairs, "\"beta\" : 0.1", "\"beta\" : 5.0", folder, TuningKind.DPO);
        String message =
                String.valueOf(assertThrows(TrainingFileException.class, () -> Tuning.resume(TuningKind.DPO, beta))
                        .getMessage());
        assertTrue(message.contains("training: found {\"kind\":\"DPO\""), message);

        Path file = Path.of(pairs.files().getFirst().path());
        Files.writeString(file, Files.readString(file).replaceFirst(" sat", " mat"));
        assertThrows(TrainingFileException.class, () -> Tuning.resume(TuningKind.DPO, pairs));
        TuningRecipe again = recipe(TuningKind.DPO, "same", null);
        try (Tuning tuning = Tuning.resume(TuningKind.DPO, again)) {
            assertEquals(TinyBase.STEPS, tuning.steps());
        }
    }

    @Test
    void longerThanTheContextIsRefused() throws IOException {
        TuningRecipe longer = RecipeChange.of(
                recipe(TuningKind.SFT, "longer", null), "\"longest\" : 64", "\"longest\" : 65", folder, TuningKind.SFT);
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> Tuning.start(TuningKind.SFT, longer))
                        .getMessage());
        assertEquals("longest: found 65, expected at most the base's context, 64", message);
    }

    @Test
    void aSingleExampleIsLearntOrHeldOut() throws IOException {
        TuningRecipe one = recipe(TuningKind.SFT, "one", null);
        Path file = Path.of(one.files().getFirst().path());
        Files.writeString(file, "{\"prompt\": \"a cat\", \"completion\": \" is no dog\"}\n");
        String message =
                String.valueOf(assertThrows(TrainingFileException.class, () -> Tuning.start(TuningKind.SFT, one))
                        .getMessage());
        assertEquals(
                file + ": examples: found one of each file, expected more, some to be held out; or heldOut 0", message);
        TuningRecipe all = RecipeChange.of(one, "\"heldOut\" : 0.2", "\"heldOut\" : 0", folder, TuningKind.SFT);
        assertEquals(2, run(TuningKind.SFT, all).examples());
    }

    /** It tells what the trained head and network say, for examples that don't fit in together, too. */
    @Test
    void aStoredRewardTellsWhatWasLearnt() {
        Path judge = folder.resolve("judge");
        List<Example> answers = List.of(
                Example.of(new int[] {1, 5, 6}, new int[] {7}),
                Example.of(new int[] {1, 9}, new int[] {8, 4, 3}),
                Example.of(new int[] {1}, new int[] {11, 12}));
        try (StoredReward few = StoredReward.open(judge, 5);
                StoredReward all = StoredReward.open(judge, 64)) {
            double[] rewards = all.of(answers);
            assertArrayEquals(rewards, few.of(answers), 1e-5);
            assertNotEquals(rewards[0], rewards[1], 1e-6);
            assertEquals(rewards[0], all.of(new int[] {1, 5, 6}, List.of(new int[] {8}, new int[] {7}))[1], 1e-5);
            assertThrows(IllegalArgumentException.class, () -> few.of(List.of(Example.of(new int[5], new int[2]))));
        }
        assertThrows(CheckpointException.class, () -> StoredReward.open(folder.resolve("nowhere"), 5));
    }

    @Test
    void anotherTuningIsRefused() {
        run(TuningKind.SFT, recipe(TuningKind.SFT, "taken", null));
        assertThrows(
                TrainingFileException.class, () -> Tuning.start(TuningKind.SFT, recipe(TuningKind.SFT, "taken", null)));
        assertThrows(
                TrainingFileException.class,
                () -> Tuning.resume(TuningKind.SFT, recipe(TuningKind.SFT, "taken", LORA)));
        assertThrows(
                TrainingFileException.class,
                () -> Tuning.resume(TuningKind.DPO, recipe(TuningKind.DPO, "taken", null)));
    }
}
