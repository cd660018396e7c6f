// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The RoPE scaling of a GGUF file: a factor for all frequencies in the metadata, a divisor for each pair in a tensor
 * (how the scaling of Llama 3.1 is written), or both, which llama.cpp then multiplies.
 */
final class GgufRope {
    /** The tensor with the divisors. */
    static final String DIVISORS = "rope_freqs.weight";

    private final Path file;
    private final GgufMetadata metadata;
    private final String architecture;

    GgufRope(Path file, GgufMetadata metadata, String architecture) {
        this.file = file;
        this.metadata = metadata;
        this.architecture = architecture;
    }

    RopeScaling scaling(@Nullable CheckpointTensor divisors, int headDim) {
        double factor = factor();
        if (divisors != null) {
            return divided(divisors, factor, headDim);
        }
        return factor == 1 ? RopeScaling.NONE : new RopeScaling.Linear(factor);
    }

    /** Linear is what llama.cpp takes where no type is written; a factor of 0 means none. */
    private double factor() {
        String type = architecture + ".rope.scaling.type";
        String kind = metadata.has(type) ? metadata.string(type) : "linear";
        if (!kind.equals("none") && !kind.equals("linear")) {
            throw metadata.refuse(type, "none or linear");
        }
        String factor = architecture + ".rope.scaling.factor";
        String old = architecture + ".rope.scale_linear";
        String key = metadata.has(factor) || !metadata.has(old) ? factor : old;
        if (kind.equals("none") || !metadata.has(key) || metadata.real(key) == 0) {
            return 1;
        }
        return metadata.positiveReal(key);
    }

    private RopeScaling divided(CheckpointTensor divisors, double factor, int headDim) {
        Shape expected = Shape.vector(headDim / 2);
        if (divisors.type() != DType.F32 || !divisors.shape().equals(expected)) {
            throw new CheckpointException(
                    file, DIVISORS, divisors.type() + " of shape " + divisors.shape(), "F32 of shape " + expected);
        }
        float[] values = new float[headDim / 2];
        divisors.type().decode(divisors.data(), 0, values, 0, values.length);
        List<Float> scaled = new ArrayList<>(values.length);
        for (float value : values) {
            float divisor = (float) (value * factor);
            if (!(divisor > 0) || !Float.isFinite(divisor)) {
                throw new CheckpointException(file, DIVISORS, value, "positive finite numbers");
            }
            scaled.add(divisor);
        }
        return new RopeScaling.Divisors(scaled);
    }
}
