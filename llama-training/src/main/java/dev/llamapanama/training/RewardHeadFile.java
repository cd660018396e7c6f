// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a reward model has in place of logits, as a list of numbers in JSON beside its {@code model.gguf}. */
record RewardHeadFile(Path path) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static RewardHeadFile in(Path folder) {
        return new RewardHeadFile(folder.resolve("head.json"));
    }

    void write(float[] weights) {
        ByteBuffer bytes = ByteBuffer.wrap(MAPPER.writeValueAsBytes(weights));
        AtomicFile.write(path, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /**
     * @param dim how many there have to be
     * @throws TrainingFileException if there are others
     */
    float[] read(int dim) {
        try {
            float[] weights = MAPPER.readValue(Files.readString(path), float[].class);
            if (weights == null || weights.length != dim) {
                throw new TrainingFileException(
                        path, "weights", weights == null ? "null" : weights.length, "the model's width, " + dim);
            }
            return weights;
        } catch (JacksonException e) {
            throw new TrainingFileException(path, "weights", e.getOriginalMessage(), "a list of " + dim + " numbers");
        } catch (IOException e) {
            throw new TrainingFileException(path, e);
        }
    }
}
