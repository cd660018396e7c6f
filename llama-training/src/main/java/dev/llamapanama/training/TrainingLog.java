// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Every step, as JSON lines and as CSV, and curves of their losses and of what else they measure. */
final class TrainingLog {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
    private static final List<String> COLUMNS =
            List.of("step", "tokens", "loss", "held_out_loss", "learning_rate", "gradient_norm", "tokens_per_second");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private final Path jsonLines;
    private final Path csv;
    private final Path folder;
    private final List<TrainingStep> steps = new ArrayList<>();
    /** All that any step measures besides the loss, in the order in which they came. */
    private final Set<String> measures = new LinkedHashSet<>();

    /** Goes on after so many steps; what was logged of later ones, which are lost, is taken out. */
    TrainingLog(Path folder, long done) {
        jsonLines = folder.resolve("log.jsonl");
        csv = folder.resolve("log.csv");
        this.folder = folder;
        if (Files.exists(jsonLines) && done > 0) {
            read(done);
        }
        AtomicFile.write(jsonLines, steps.stream().map(TrainingLog::json).collect(Collectors.joining()));
        replaceCsv();
    }

    private void read(long done) {
        try {
            for (String line : Files.readAllLines(jsonLines)) {
                TrainingStep step = MAPPER.readValue(line, TrainingStep.class);
                if (step.step() > done) {
                    return;
                }
                steps.add(step);
                measures.addAll(step.measures().keySet());
            }
        } catch (JacksonException e) {
            LOG.warn("{}: line {}: {}; what follows is left out", jsonLines, steps.size() + 1, e.getOriginalMessage());
        } catch (IOException e) {
            throw new TrainingFileException(jsonLines, e);
        }
    }

    void add(TrainingStep step) {
        boolean grown = measures.addAll(step.measures().keySet());
        steps.add(step);
        append(jsonLines, json(step));
        if (grown) {
            replaceCsv();
        } else {
            append(csv, row(step));
        }
    }

    private void replaceCsv() {
        String header = Stream.concat(COLUMNS.stream(), measures.stream()).collect(Collectors.joining(",", "", "\n"));
        AtomicFile.write(csv, header + steps.stream().map(this::row).collect(Collectors.joining()));
    }

    /** Draws the curves anew. */
    void draw() {
        if (steps.isEmpty()) {
            return;
        }
        AtomicFile.write(folder.resolve("loss.svg"), StepCurve.ofLoss(steps).svg());
        for (String measure : measures) {
            if (!TrainingStep.isHeldOut(measure)) {
                AtomicFile.write(
                        folder.resolve(measure + ".svg"),
                        StepCurve.of(measure, steps).svg());
            }
        }
    }

    List<TrainingStep> steps() {
        return List.copyOf(steps);
    }

    private static String json(TrainingStep step) {
        return MAPPER.writeValueAsString(step) + "\n";
    }

    private String row(TrainingStep step) {
        Stream<@Nullable Object> own = Stream.of(
                step.step(),
                step.tokens(),
                step.loss(),
                step.heldOutLoss(),
                step.learningRate(),
                step.gradientNorm(),
                step.tokensPerSecond());
        return Stream.concat(own, measures.stream().map(step.measures()::get))
                .map(value -> value == null ? "" : value.toString())
                .collect(Collectors.joining(",", "", "\n"));
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }
}
