// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file in UTF-8 with documents of text. Immutable; it is read document by document. */
public sealed interface DocumentFile {

    /** Where it is. */
    Path path();

    /**
     * Gives every document that isn't blank, in order.
     *
     * @throws TrainingFileException if the file can't be read
     */
    default void forEach(Consumer<String> reader) {
        try (BufferedReader lines = Files.newBufferedReader(path())) {
            read(lines, document -> {
                if (!document.isBlank()) {
                    reader.accept(document);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw new TrainingFileException(path(), e);
        }
    }

    /** Gives what stands in so many lines, blank or not. */
    void read(BufferedReader lines, Consumer<String> reader) throws IOException;

    /**
     * Text with a line of its own between documents. The line feeds beside that line belong to no document.
     *
     * @param separator the line, for instance {@code <|endoftext|>}
     */
    record Separated(Path path, String separator) implements DocumentFile {
        @Override
        public void read(BufferedReader lines, Consumer<String> reader) throws IOException {
            StringBuilder document = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(separator)) {
                    reader.accept(document.toString());
                    document.setLength(0);
                } else {
                    document.append(document.isEmpty() ? "" : "\n").append(line);
                }
            }
            reader.accept(document.toString());
        }
    }

    /**
     * A JSON object on each line; blank lines are passed over.
     *
     * @param field that holds the text
     */
    record JsonLines(Path path, String field) implements DocumentFile {
        private static final JsonMapper MAPPER = JsonMapper.shared();

        @Override
        public void read(BufferedReader lines, Consumer<String> reader) throws IOException {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    reader.accept(text(line, number));
                }
            }
        }

        private String text(String line, long number) {
            String where = "line " + number;
            try {
                JsonNode text = MAPPER.readTree(line).path(field);
                if (text.isString()) {
                    return text.stringValue();
                }
                throw new TrainingFileException(
                        path, where + ", " + field, text.isMissingNode() ? "nothing" : text.getNodeType(), "a string");
            } catch (JacksonException e) {
                throw new TrainingFileException(path, where, e.getOriginalMessage(), "a JSON object");
            }
        }
    }
}
