// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.Permutation;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.optimise.LearningRate;
import dev.llamapanama.training.tuning.Trainable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Steps of so many examples, in an order that is drawn for each epoch. What a step takes follows from its number alone. */
final class TuningCourse implements Course {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final TuningKind kind;
    private final TuningRecipe recipe;
    private final TuningTask task;
    private final int size;
    private final GradientClipping clipping;
    private final RateSchedule schedule;
    private final LearningRate rate;
    private final JsonNode identity;
    private long steps;
    private long tokens;
    private long epoch = -1;
    private int[] order = {};

    TuningCourse(TuningKind kind, TuningRecipe recipe, TuningTask task) {
        this.kind = kind;
        this.recipe = recipe;
        this.task = task;
        size = task.examples().training().size();
        clipping = new GradientClipping(recipe.clipping());
        schedule = schedule(recipe, size);
        rate = schedule.rate();
        identity = identified();
    }

    private static RateSchedule schedule(TuningRecipe recipe, int size) {
        RateSchedule own = recipe.schedule();
        Double epochs = recipe.epochs();
        long steps = epochs == null ? own.steps() : (long) Math.ceil(epochs * size / recipe.examples());
        return own.lasting(steps, recipe.warmUpShare());
    }

    /** Rates and the number of steps may be others. */
    private JsonNode identified() {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("kind", kind.name());
        node.put("base", task.model().base);
        node.set("lora", MAPPER.valueToTree(recipe.lora()));
        node.set("optimiser", MAPPER.valueToTree(recipe.optimiser()));
        node.put("clipping", recipe.clipping());
        node.put("seed", recipe.seed());
        node.put("examples", task.examples().fingerprint());
        node.put("examplesOfStep", recipe.examples());
        node.set("dpo", MAPPER.valueToTree(recipe.dpo()));
        node.set("ppo", MAPPER.valueToTree(recipe.ppo()));
        node.put("answerTokens", recipe.answerTokens());
        node.put("reward", task.judge());
        return node;
    }

    @Override
    public JsonNode identity() {
        return identity;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public long allSteps() {
        return schedule.steps();
    }

    @Override
    public double share() {
        return (double) steps / allSteps();
    }

    @Override
    public TrainingState state() {
        return new TrainingState(identity(), steps, tokens, null, 0);
    }

    @Override
    public List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>();
        task.trained().forEach(trainable -> arrays.addAll(trainable.state()));
        return arrays;
    }

    @Override
    public void restore(TrainingState state) {
        steps = state.steps();
        tokens = state.tokens();
        for (Trainable trainable : task.trained()) {
            trainable.resumeAfter(steps * task.updates(recipe.examples()));
        }
    }

    @Override
    public TrainingStep step() {
        long start = System.nanoTime();
        double now = rate.at(steps);
        TuningTask.Learnt learnt = learn(now);
        TuningTask.Outcome outcome = learnt.outcome();
        if (!Double.isFinite(outcome.loss())) {
            throw new TrainingDivergedException(steps + 1, outcome.loss(), learnt.gradientNorm());
        }
        steps++;
        tokens += learnt.tokens();
        double speed = learnt.tokens() / ((System.nanoTime() - start) / 1e9);
        Map<String, Double> measures = new LinkedHashMap<>(outcome.measures());
        Double heldOut = heldOut(measures);
        return new TrainingStep(steps, tokens, outcome.loss(), heldOut, now, learnt.gradientNorm(), speed, measures);
    }

    private TuningTask.Learnt learn(double now) {
        try {
            return task.learn(next(), steps, now, clipping);
        } catch (ArithmeticException e) {
            throw new TrainingDivergedException(steps + 1, Double.NaN, Double.NaN);
        }
    }

    private int[] next() {
        int[] examples = new int[recipe.examples()];
        for (int i = 0; i < examples.length; i++) {
            long place = steps * examples.length + i;
            examples[i] = order(place / size)[(int) (place % size)];
        }
        return examples;
    }

    private int[] order(long wanted) {
        if (wanted != epoch) {
            epoch = wanted;
            order = Permutation.of(size, new Random(recipe.seed() * 31 + epoch));
        }
        return order;
    }

    /** Adds what else is measured. */
    private @Nullable Double heldOut(Map<String, Double> measures) {
        if (steps % recipe.evaluationSteps() != 0 && steps != allSteps()) {
            return null;
        }
        Optional<TuningTask.Outcome> found = task.heldOut();
        found.ifPresent(outcome ->
                outcome.measures().forEach((name, value) -> measures.put(TrainingStep.heldOut(name), value)));
        return found.map(TuningTask.Outcome::loss).orElse(null);
    }
}
