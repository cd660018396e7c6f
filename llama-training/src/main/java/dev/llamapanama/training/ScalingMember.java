// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.chart.Axis;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.scaling.ScalingPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One training of a family. Once it is finished, its folder says so and what it came to, and of what recipe and texts.
 *
 * @param name of the shape and the budget
 * @param shape name of its shape
 * @param budget that it was given
 * @param parameters all weights
 * @param recipe with its own output folder
 */
record ScalingMember(String name, String shape, double budget, long parameters, TrainingRecipe recipe) {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String IDENTITY = "training", POINT = "point";

    /**
     * @param vocabulary number of tokens
     * @param ofCompute whether the budget is of compute, not of tokens
     * @throws FieldException if the budget is too small for the parts of the schedule
     */
    static ScalingMember of(
            TrainingRecipe base, ScalingShape shape, int vocabulary, double budget, boolean ofCompute, Path output) {
        String name = shape.name() + "-" + Axis.label(budget);
        ModelShape model = shape.model(base.model());
        long parameters = model.config(vocabulary).parameterCount();
        double tokens = ofCompute ? budget / ScalingPoint.operations((double) parameters, 1) : budget;
        long steps = Math.round(tokens / base.stages().getFirst().batchTokens());
        FieldException.require(steps > 0, name, steps + " steps", "a budget for one or more");
        TrainingRecipe recipe = base.withModel(model)
                .withSteps(steps)
                .withPeak(shape.peak() == null ? base.schedule().peak() : shape.peak())
                .withData(Path.of(base.tokenizer()), base.sources(), output.resolve(name));
        return new ScalingMember(name, shape.name(), budget, parameters, recipe);
    }

    long tokens() {
        return recipe.allTokens();
    }

    double compute() {
        return ScalingPoint.operations((double) parameters, (double) tokens());
    }

    private Path folder() {
        return Path.of(recipe.output());
    }

    private Path resultFile() {
        return folder().resolve("result.json");
    }

    boolean isBegun() {
        return Files.exists(resultFile()) || !new CheckpointFolder(folder()).isEmpty();
    }

    boolean isFinished() {
        return Files.exists(resultFile());
    }

    /**
     * What it came to before.
     *
     * @throws TrainingFileException if that was another training
     */
    ScalingPoint finished() {
        try {
            JsonNode result = MAPPER.readTree(Files.readString(resultFile()));
            JsonNode identity = MAPPER.readTree(identity().toString());
            if (!identity.equals(result.get(IDENTITY))) {
                throw new TrainingFileException(resultFile(), IDENTITY, result.get(IDENTITY), identity.toString());
            }
            return MAPPER.treeToValue(result.get(POINT), ScalingPoint.class);
        } catch (JacksonException e) {
            throw new TrainingFileException(resultFile(), POINT, e.getOriginalMessage(), "a point");
        } catch (IOException e) {
            throw new TrainingFileException(resultFile(), e);
        }
    }

    /** Trains it to its end, from where it was. */
    ScalingPoint train(TrainingListener listener) {
        TrainingStep last;
        try (Pretraining training = Pretraining.resume(recipe)) {
            last = training.run(listener).last();
        }
        Double loss = last == null ? null : last.heldOutLoss();
        if (last == null || loss == null) {
            throw new TrainingFileException(
                    folder().resolve("log.jsonl"), "heldOutLoss", "nothing", "that of the last step");
        }
        ScalingPoint point = new ScalingPoint(name, shape, budget, parameters, last.tokens(), loss);
        ObjectNode result = MAPPER.createObjectNode();
        result.set(IDENTITY, identity());
        result.set(POINT, MAPPER.valueToTree(point));
        AtomicFile.write(resultFile(), result.toPrettyString());
        return point;
    }

    /** Names of folders may change, texts may not: sizes of files tell most changes of those. */
    private ObjectNode identity() {
        TrainingRecipe nowhere = recipe.withData(
                Path.of(""),
                recipe.sources().stream().map(source -> source.at("")).toList(),
                Path.of(""));
        ObjectNode identity = MAPPER.createObjectNode();
        ObjectNode said = (ObjectNode) MAPPER.readTree(nowhere.toJson());
        said.remove("base");
        identity.set("recipe", said);
        ArrayNode bytes = identity.putArray("bytes").add(size(recipe.tokenizer()));
        if (recipe.base() != null) {
            bytes.add(size(recipe.base()));
        }
        recipe.sources().forEach(source -> bytes.add(size(source.path())));
        return identity;
    }

    private static long size(String file) {
        try {
            return Files.size(Path.of(file));
        } catch (IOException e) {
            throw new TrainingFileException(Path.of(file), e);
        }
    }
}
