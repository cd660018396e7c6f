// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import org.jspecify.annotations.Nullable;

/**
 * A file of examples as JSON lines.
 *
 * @param path of the file
 * @param repeat how often each stands among the others, once where it isn't said; what is held out is held out whole
 */
public record ExampleFile(String path, @Nullable Integer repeat) {
    /** Checks both. */
    public ExampleFile {
        FieldException.require(path != null, "path", "nothing", "a path");
        FieldException.require(repeat == null || repeat > 0, "repeat", repeat, "1 or more");
    }

    int times() {
        return repeat == null ? 1 : repeat;
    }
}
