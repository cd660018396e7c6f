// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A size of model in a family. All else is that of the family's base.
 *
 * @param name letters, digits, {@code -} and {@code _}
 * @param dim width of the residual stream
 * @param layers decoder blocks
 * @param heads query heads
 * @param kvHeads key/value heads
 * @param ffnDim hidden width of SwiGLU
 * @param peak the highest learning rate, or null for the base's; smaller models want higher ones
 */
public record ScalingShape(
        String name,
        int dim,
        int layers,
        int heads,
        int kvHeads,
        int ffnDim,
        @Nullable Double peak) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    /** Checks the name, which becomes that of a folder, and sizes. */
    public ScalingShape {
        FieldException.require(name != null && NAME.matcher(name).matches(), "name", name, "letters, digits, - and _");
        ModelShape.requireSizes(dim, layers, heads, kvHeads, ffnDim);
        FieldException.require(peak == null || peak > 0, "peak", String.valueOf(peak), "above 0");
    }

    ModelShape model(ModelShape base) {
        return new ModelShape(
                dim,
                layers,
                heads,
                kvHeads,
                ffnDim,
                base.contextLength(),
                base.normEps(),
                base.ropeTheta(),
                base.tiedEmbeddings());
    }
}
