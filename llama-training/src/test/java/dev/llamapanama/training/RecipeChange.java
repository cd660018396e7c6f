// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A recipe that differs in a place of its JSON. */
final class RecipeChange {
    private RecipeChange() {}

    static TuningRecipe of(TuningRecipe recipe, String there, String instead, Path folder, TuningKind kind)
            throws IOException {
        String json = recipe.toJson();
        assertTrue(json.contains(there), json);
        return TuningRecipe.read(Files.writeString(folder.resolve("changed.json"), json.replace(there, instead)), kind);
    }
}
