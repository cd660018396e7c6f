// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.nio.file.Files;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says of its model, with types of values and RoPE divisors, which a {@link Checkpoint} doesn't keep apart.
 *
 * @param ropeDivisors none where there is no such tensor
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GgufOriginal(SequencedMap<String, GgufValue> metadata, float[] ropeDivisors) {

    /** That of a model, or null if it is none that this package read. */
    static @Nullable GgufOriginal of(Checkpoint checkpoint) {
        if (!checkpoint.format().startsWith("GGUF v") || !Files.isRegularFile(checkpoint.path())) {
            return null;
        }
        try (MappedFile file = MappedFile.open(checkpoint.path())) {
            GgufHeader header = GgufHeader.read(file);
            return new GgufOriginal(
                    header.metadata().values(), values(header.tensors().get(GgufRope.DIVISORS)));
        }
    }

    private static float[] values(@Nullable CheckpointTensor tensor) {
        float[] values = new float[tensor == null ? 0 : (int) tensor.shape().cols()];
        if (tensor != null) {
            tensor.decodeRow(0, values);
        }
        return values;
    }
}
