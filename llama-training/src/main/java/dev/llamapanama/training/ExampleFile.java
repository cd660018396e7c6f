// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import org.jspecify.annotations.Nullable;

/**
 * A file of examples as JSON lines.
 *
 * @param path of the file
 * @param repeat how often each stands among the others, once where it isn't said; what is held out is held out whole
 * @param unlikely where its texts are those of a model that repeats itself: from how many tokens in a row on, the words that it says again are to become unlikely, and
 *     nothing else is learnt of them; or null for texts that are to become likely. For {@link TuningKind#SFT} alone
 */
public record ExampleFile(
        String path, @Nullable Integer repeat, @Nullable Integer unlikely) {
    /** Checks values. */
    public ExampleFile {
        FieldException.require(path != null, "path", "nothing", "a path");
        FieldException.require(repeat == null || repeat > 0, "repeat", repeat, "1 or more");
        FieldException.require(unlikely == null || unlikely > 1, "unlikely", unlikely, "2 or more");
    }

    int times() {
        return repeat == null ? 1 : repeat;
    }

    ExampleFile at(String elsewhere) {
        return new ExampleFile(elsewhere, repeat, unlikely);
    }
}
