// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Every step, as JSON lines and as CSV, and the curve of their losses. */
final class TrainingLog {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
    private static final String COLUMNS =
            "step,tokens,loss,held_out_loss,learning_rate,gradient_norm,tokens_per_second\n";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private final Path jsonLines;
    private final Path csv;
    private final Path curve;
    private final List<TrainingStep> steps = new ArrayList<>();

    /** Goes on after so many steps; what was logged of later ones, which are lost, is taken out. */
    TrainingLog(Path folder, long done) {
        jsonLines = folder.resolve("log.jsonl");
        csv = folder.resolve("log.csv");
        curve = folder.resolve("loss.svg");
        if (Files.exists(jsonLines) && done > 0) {
            read(done);
        }
        replace(jsonLines, steps.stream().map(TrainingLog::json).collect(Collectors.joining()));
        replace(csv, COLUMNS + steps.stream().map(TrainingLog::row).collect(Collectors.joining()));
    }

    private void read(long done) {
        try {
            for (String line : Files.readAllLines(jsonLines)) {
                TrainingStep step = MAPPER.readValue(line, TrainingStep.class);
                if (step.step() > done) {
                    return;
                }
                steps.add(step);
            }
        } catch (JacksonException e) {
            LOG.warn("{}: line {}: {}; what follows is left out", jsonLines, steps.size() + 1, e.getOriginalMessage());
        } catch (IOException e) {
            throw new TrainingFileException(jsonLines, e);
        }
    }

    void add(TrainingStep step) {
        steps.add(step);
        append(jsonLines, json(step));
        append(csv, row(step));
    }

    /** Draws the curve anew. */
    void draw() {
        if (!steps.isEmpty()) {
            replace(curve, new LossCurve(steps).svg());
        }
    }

    @Nullable
    TrainingStep last() {
        return steps.isEmpty() ? null : steps.getLast();
    }

    List<TrainingStep> steps() {
        return List.copyOf(steps);
    }

    private static String json(TrainingStep step) {
        return MAPPER.writeValueAsString(step) + "\n";
    }

    private static String row(TrainingStep step) {
        return step.step() + "," + step.tokens() + "," + step.loss() + ","
                + (step.heldOutLoss() == null ? "" : step.heldOutLoss()) + "," + step.learningRate() + ","
                + step.gradientNorm() + "," + step.tokensPerSecond() + "\n";
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    private static void replace(Path file, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }
}
