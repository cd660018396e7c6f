// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingRecipeTest {
    private static final String RECIPE = """
            {
              "base": "base.json",
              "shapes": [
                {"name": "a", "dim": 16, "layers": 1, "heads": 2, "kvHeads": 1, "ffnDim": 24, "peak": 0.01},
                {"name": "b", "dim": 32, "layers": 2, "heads": 2, "kvHeads": 1, "ffnDim": 48}
              ],
              "compute": [1e9, 2e9, 4e9],
              "predict": {
                "shape": {"name": "c", "dim": 32, "layers": 2, "heads": 2, "kvHeads": 1, "ffnDim": 48},
                "compute": 8e9,
                "run": true
              },
              "output": "out"
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private ScalingRecipe read(String json) throws IOException {
        return ScalingRecipe.read(Files.writeString(folder.resolve("scaling.json"), json));
    }

    @Test
    void whatTheFileSays() throws IOException {
        ScalingRecipe recipe = read(RECIPE);
        assertEquals(folder.resolve("base.json").toString(), recipe.base());
        assertEquals(folder.resolve("out").toString(), recipe.output());
        assertEquals(List.of(1e9, 2e9, 4e9), recipe.compute());
        assertNull(recipe.tokens());
        assertEquals(0.01, recipe.shapes().getFirst().peak());
        assertNull(recipe.shapes().getLast().peak());
        assertNotNull(recipe.predict());
        assertTrue(recipe.predict().run());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "compute": [1e9, 2e9, 4e9],          | "compute": [1e9, 1e9],                     | compute: found [1.0E9, 1.0E9], expected one or more that are different
            "compute": [1e9, 2e9, 4e9],          |                                            | compute: found neither of compute and tokens, expected one of both
            "compute": [1e9,                     | "tokens": [1e5], "compute": [1e9,          | compute: found compute and tokens, expected one of both
            "compute": [1e9,                     | "compute": [-1,                            | compute: found -1.0, expected above 0
            "name": "b"                          | "name": "a"                                | shapes: found 1 names, expected 2 different ones
            "name": "b"                          | "name": "../b"                             | shapes.1.name: found ../b, expected letters
            "heads": 2, "kvHeads": 1, "ffnDim": 24 | "heads": 3, "kvHeads": 1, "ffnDim": 24   | shapes.0.dim: found 16, expected heads (3) of even width
            "run": true                          | "runs": true                               | predict.runs: found an unknown field, expected one of [compute, run, shape, tokens]
            "compute": 8e9,                      |                                            | predict.compute: found neither of compute and tokens
            "base": "base.json",                 |                                            | base: found nothing
            "output": "out"                      | "output": ""                               | output: found nothing, expected a path
            "layers": 2                          | "layers": "two"                            | shapes.1.layers: found "two", expected
            """)
    void whatIsWrongIsNamed(String there, String instead, String message) throws IOException {
        assertTrue(RECIPE.contains(there), there);
        String json =
                RECIPE.replaceFirst(Pattern.quote(there), Matcher.quoteReplacement(instead == null ? "" : instead));
        String found = String.valueOf(
                assertThrows(TrainingFileException.class, () -> read(json)).getMessage());
        assertTrue(found.contains("scaling.json: " + message), found);
    }
}
