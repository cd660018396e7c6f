// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.scaling.ScalingLawException;
import dev.llamapanama.training.scaling.ScalingPoint;
import dev.llamapanama.training.scaling.ScalingReport;
import dev.llamapanama.training.scaling.ScalingTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingFamilyTest {
    private static final ScalingShape SMALL = new ScalingShape("small", 16, 1, 2, 1, 24, null);
    private static final ScalingShape LARGE = new ScalingShape("large", 32, 1, 4, 2, 48, 1e-2);
    private static final List<Double> TOKENS = List.of(512.0, 1024.0, 2048.0);

    @TempDir
    Path folder = Path.of("");

    private TrainingRecipe base = TrainingRecipe.LLAMA_1;

    @BeforeEach
    void write() throws IOException {
        base = TinyRecipe.in(folder).withStages(new BatchStage(0, 128, 32));
        writeBase();
    }

    private void writeBase() throws IOException {
        Files.writeString(folder.resolve("base.json"), base.toJson());
    }

    private ScalingRecipe recipe(List<Double> tokens, ScalingRecipe.@Nullable Target target) {
        return new ScalingRecipe(
                folder.resolve("base.json").toString(),
                List.of(SMALL, LARGE),
                null,
                tokens,
                target,
                folder.resolve("family").toString());
    }

    /** Remembers what is trained and finished, and ends in the middle of a member. */
    private static final class Witness implements ScalingListener {
        final List<String> begun = new ArrayList<>();
        final List<ScalingPoint> finished = new ArrayList<>();
        private final int killedIn;

        Witness(int killedIn) {
            this.killedIn = killedIn;
        }

        @Override
        public TrainingListener begins(String member, int number, int members) {
            begun.add(number + "/" + members + " " + member);
            return (step, steps, secondsLeft) -> {
                if (number == killedIn && step.step() == 5) {
                    throw new Killed();
                }
            };
        }

        @Override
        public void finished(ScalingPoint point) {
            finished.add(point);
        }
    }

    /** What a process that is killed does not live to handle. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aFamilyPredictsAndIsProven() throws IOException {
        Witness witness = new Witness(0);
        ScalingReport report = ScalingFamily.start(recipe(TOKENS, new ScalingRecipe.Target(LARGE, null, 3072.0, true)))
                .run(witness);

        assertEquals(
                List.of(
                        "1/7 small-512",
                        "2/7 large-512",
                        "3/7 small-1024",
                        "4/7 large-1024",
                        "5/7 small-2048",
                        "6/7 large-2048",
                        "7/7 large-3072"),
                witness.begun);
        assertEquals(report.points(), witness.finished.subList(0, 6));
        ScalingPoint first = report.points().getFirst();
        assertEquals(512, first.tokens());
        assertEquals(6.0 * first.parameters() * 512, first.compute());
        assertTrue(first.loss() > report.points().getLast().loss(), report.toString());
        ScalingTarget target = report.target();
        assertNotNull(target);
        assertEquals(3072, target.tokens());
        assertEquals(witness.finished.getLast().loss(), target.loss());
        assertTrue(target.predictions().getFirst().low()
                < target.predictions().getFirst().high());
        Path output = folder.resolve("family");
        assertEquals(8, Files.readAllLines(output.resolve("scaling.csv")).size());
        assertTrue(Files.readString(output.resolve("scaling.svg")).contains("large-3072, trained"));
        assertTrue(Files.readString(output.resolve("scaling.json")).contains("\"predictions\""));
    }

    @Test
    void computeIsSharedOut() {
        ScalingRecipe equal = new ScalingRecipe(
                folder.resolve("base.json").toString(),
                List.of(SMALL, LARGE),
                List.of(2e8, 4e8, 8e8),
                null,
                null,
                folder.resolve("family").toString());
        List<ScalingPoint> points =
                ScalingFamily.start(equal).run(ScalingListener.NONE).points();
        for (int i = 0; i < points.size(); i += 2) {
            ScalingPoint small = points.get(i);
            ScalingPoint large = points.get(i + 1);
            assertTrue(large.parameters() > small.parameters() && large.tokens() < small.tokens(), points.toString());
            assertEquals(small.budget(), small.compute(), 6.0 * small.parameters() * 64);
            assertEquals(large.budget(), large.compute(), 6.0 * large.parameters() * 64);
        }
    }

    @Test
    void resumingIsNeverHavingStopped() throws IOException {
        ScalingRecipe family = recipe(TOKENS, new ScalingRecipe.Target(LARGE, null, 3072.0, false));
        Witness stopped = new Witness(3);
        assertThrows(Killed.class, () -> ScalingFamily.start(family).run(stopped));
        assertEquals(2, stopped.finished.size());
        Path log = folder.resolve("family/small-512/log.jsonl");
        Files.writeString(log, "not trained again");
        assertThrows(TrainingFileException.class, () -> ScalingFamily.start(family));

        Witness resumed = new Witness(0);
        ScalingReport report = ScalingFamily.resume(family).run(resumed);
        assertEquals(List.of("3/6 small-1024", "4/6 large-1024", "5/6 small-2048", "6/6 large-2048"), resumed.begun);
        assertEquals("not trained again", Files.readString(log));
        assertEquals(stopped.finished, report.points().subList(0, 2));
        assertEquals(
                8,
                Files.readAllLines(folder.resolve("family/small-1024/log.csv")).size() - 1);
        assertFalse(Files.exists(folder.resolve("family/large-3072")), "not asked for");
        ScalingTarget target = report.target();
        assertNotNull(target);
        assertNull(target.loss());

        Witness again = new Witness(0);
        assertEquals(report, ScalingFamily.resume(family).run(again));
        assertEquals(List.of(), again.begun);
        ScalingRecipe elsewhere = new ScalingRecipe(
                family.base(),
                family.shapes(),
                null,
                TOKENS,
                family.predict(),
                folder.resolve("uninterrupted").toString());
        assertEquals(report, ScalingFamily.start(elsewhere).run(ScalingListener.NONE));
    }

    @Test
    void whatIsThereIsOfTheSameRecipeAndTexts() throws IOException {
        ScalingRecipe family = recipe(TOKENS, null);
        ScalingFamily.start(family).run(ScalingListener.NONE);
        base = base.withSeed(8);
        writeBase();
        assertRefused(family);
        base = base.withSeed(7);
        writeBase();
        assertEquals(
                6,
                ScalingFamily.resume(family).run(ScalingListener.NONE).points().size());
        Path text = Path.of(base.sources().getFirst().path());
        Files.writeString(text, Files.readString(text) + "--\nmore\n");
        assertRefused(family);
    }

    private static void assertRefused(ScalingRecipe family) {
        String message = String.valueOf(assertThrows(
                        TrainingFileException.class,
                        () -> ScalingFamily.resume(family).run(ScalingListener.NONE))
                .getMessage());
        assertTrue(message.contains("result.json: training: found {"), message);
    }

    @Test
    void familiesThatCanTellNothingAreNotTrained() {
        assertThrows(ScalingLawException.class, () -> ScalingFamily.start(recipe(List.of(512.0), null)));
        ScalingRecipe equal = new ScalingRecipe(
                folder.resolve("base.json").toString(),
                List.of(SMALL, LARGE),
                List.of(2e8, 4e8),
                null,
                null,
                folder.resolve("family").toString());
        assertEquals(
                "compute: found 2 different, expected 3 or more",
                assertThrows(ScalingLawException.class, () -> ScalingFamily.start(equal))
                        .getMessage());
        ScalingRecipe back = recipe(TOKENS, new ScalingRecipe.Target(SMALL, null, 2048.0, true));
        assertThrows(FieldException.class, () -> ScalingFamily.start(back));
        assertThrows(FieldException.class, () -> ScalingFamily.start(recipe(List.of(1.0, 512.0, 1024.0), null)));
        assertFalse(Files.exists(folder.resolve("family")));
    }

    @Test
    void theBaseMeasuresAndHasStepsOfOneSize() throws IOException {
        TrainingRecipe right = base;
        base = right.withHeldOut(0, 5);
        writeBase();
        assertThrows(TrainingFileException.class, () -> ScalingFamily.start(recipe(TOKENS, null)));
        base = right.withStages(new BatchStage(0, 128, 32), new BatchStage(1_000, 256, 32));
        writeBase();
        assertThrows(TrainingFileException.class, () -> ScalingFamily.start(recipe(TOKENS, null)));
    }
}
