// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.DocumentFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of documents, with its share of the training.
 *
 * @param name for reports
 * @param path of the file
 * @param weight its share of tokens, beside the weights of the others
 * @param separator the line between documents of text, or null for JSON lines
 * @param field of JSON lines that holds the text, or null for text
 */
public record SourceFile(
        String name,
        String path,
        double weight,
        @Nullable String separator,
        @Nullable String field) {
    /** Checks that it is one of both. */
    public SourceFile {
        FieldException.require(name != null, "name", "nothing", "a name");
        FieldException.require(path != null, "path", "nothing", "a path");
        FieldException.require(weight > 0 && weight < Double.POSITIVE_INFINITY, "weight", weight, "above 0");
        FieldException.require(
                (separator == null) != (field == null),
                "separator",
                separator == null ? "neither it nor field" : "it and field",
                "one of them");
    }

    SourceFile at(String elsewhere) {
        return new SourceFile(name, elsewhere, weight, separator, field);
    }

    DocumentFile documents() {
        return separator != null
                ? new DocumentFile.Separated(Path.of(path), separator)
                : new DocumentFile.JsonLines(Path.of(path), String.valueOf(field));
    }
}
