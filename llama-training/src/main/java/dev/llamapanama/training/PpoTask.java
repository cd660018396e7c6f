// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Ppo;
import dev.llamapanama.training.tuning.PpoReport;
import dev.llamapanama.training.tuning.PpoSettings;
import dev.llamapanama.training.tuning.Sampler;
import dev.llamapanama.training.tuning.ScalarHead;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Prompts, whose answers are to earn more. */
final class PpoTask implements TuningTask {
    private final TunedModel model;
    private final ScalarHead values;
    private final DecoderNetwork reference;
    private final StoredReward judge;
    private final String judgement;
    private final Ppo ppo;
    private final Sampler sampler;
    private final ExamplePool<int[]> prompts;
    private final int miniBatch;
    private final long seed;

    PpoTask(TunedModel model, ExamplePool<int[]> prompts, TuningRecipe recipe, Set<Integer> stops) {
        this.model = model;
        this.prompts = prompts;
        PpoSettings settings = Objects.requireNonNull(recipe.ppo());
        miniBatch = settings.miniBatch();
        seed = recipe.seed();
        judge = judge(Path.of(Objects.requireNonNull(recipe.reward())), recipe, model);
        Parameters first = Parameters.zero(model.network.parameters().config());
        float[] own = model.network.parameters().values();
        System.arraycopy(own, 0, first.values(), 0, own.length);
        values = ScalarHead.zero(first.config().dim(), recipe.optimiser());
        reference = model.networkOf(first);
        ppo = new Ppo(model.network, model.weights, values, reference, judge, settings);
        judgement = judge.fingerprint();
        sampler = new Sampler(model.network, 1, Objects.requireNonNull(recipe.answerTokens()), stops);
    }

    private static StoredReward judge(Path folder, TuningRecipe recipe, TunedModel model) {
        StoredReward judge = StoredReward.open(folder, recipe.microBatchTokens());
        int own = model.network.parameters().config().vocabSize();
        int found = judge.config().vocabSize();
        if (found != own) {
            judge.close();
            throw new TrainingFileException(folder, "vocabulary", found, "that of the model that is tuned, " + own);
        }
        return judge;
    }

    @Override
    public String judge() {
        return judgement;
    }

    @Override
    public TunedModel model() {
        return model;
    }

    @Override
    public ExamplePool<int[]> examples() {
        return prompts;
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        Random random = new Random(seed * 31 + step);
        List<Example> answers = new ArrayList<>();
        List<int[]> asked = prompts.at(some);
        for (int from = 0; from < asked.size(); from += miniBatch) {
            answers.addAll(sampler.sample(asked.subList(from, Math.min(asked.size(), from + miniBatch)), random));
        }
        PpoReport report = ppo.iterate(answers, rate, clipping);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("reward", report.reward());
        measures.put("divergence", report.divergence());
        return new Learnt(
                new Outcome(report.valueLoss(), measures),
                report.gradientNorm(),
                answers.stream().mapToLong(Example::size).sum());
    }

    @Override
    public Optional<Outcome> heldOut() {
        return Optional.empty();
    }

    @Override
    public List<Trainable> trained() {
        return List.of(model.weights, values);
    }

    @Override
    public long updates(int examples) {
        return Math.ceilDiv(examples, miniBatch);
    }

    @Override
    public void close() {
        model.close();
        values.close();
        reference.close();
        judge.close();
    }
}
