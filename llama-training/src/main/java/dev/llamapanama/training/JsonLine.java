// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of a file of JSON lines.
 *
 * @param file it stands in
 * @param number of the line, from 1
 * @param json what stands there
 */
record JsonLine(Path file, long number, JsonNode json) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * Gives every line that isn't blank, in order.
     *
     * @throws TrainingFileException if the file can't be read, or a line isn't JSON
     */
    static void forEach(Path file, Consumer<JsonLine> reader) {
        try (Stream<String> lines = Files.lines(file)) {
            long number = 0;
            for (String line : (Iterable<String>) lines::iterator) {
                number++;
                if (!line.isBlank()) {
                    reader.accept(of(file, number, line));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    private static JsonLine of(Path file, long number, String line) {
        try {
            return new JsonLine(file, number, MAPPER.readTree(line));
        } catch (JacksonException e) {
            throw new TrainingFileException(file, "line " + number, e.getOriginalMessage(), "a JSON object");
        }
    }

    /**
     * The text of a field.
     *
     * @throws TrainingFileException if it has none
     */
    String text(String field) {
        JsonNode value = json.path(field);
        if (!value.isString()) {
            throw refuse(field, value.isMissingNode() ? "nothing" : value.getNodeType(), "a string");
        }
        return value.stringValue();
    }

    /** What is wrong with a field of this line. */
    TrainingFileException refuse(String field, @Nullable Object found, String expected) {
        return new TrainingFileException(file, "line " + number + ", " + field, String.valueOf(found), expected);
    }
}
