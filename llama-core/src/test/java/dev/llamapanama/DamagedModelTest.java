// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.Sampling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a file, the way from opening to text ends in text or in one of two exceptions. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedModelTest {
    private static final GenerationOptions FEW =
            GenerationOptions.builder().maxTokens(3).seed(1).build();
    private static final LlamaOptions ONE_THREAD = LlamaOptions.DEFAULT.withThreads(1);
    private static final int ROUNDS = 150;

    private final Path folder;

    DamagedModelTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void anyByteOfAGgufMayBeWrong() throws IOException {
        refusedOrRun(TestModel.builder().layers(1).type(DType.Q8_0).build().writeGguf(folder));
    }

    @Test
    void anyByteOfALlama2cFileMayBeWrong() throws IOException {
        refusedOrRun(TestModel.builder().layers(1).build().writeLlama2c(folder));
    }

    private void refusedOrRun(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(11);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, damaged(whole, round, random));
            try {
                run(file);
            } catch (CheckpointException | TokenizerException e) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 3, "refused " + refused);
    }

    private static byte[] damaged(byte[] whole, int round, Random random) {
        if (round % 3 == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] bytes = whole.clone();
        int end = round % 3 == 1 ? bytes.length : Math.min(bytes.length, 2000);
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(end)] = (byte) (random.nextInt(3) == 0 ? 255 : random.nextInt());
        }
        return bytes;
    }

    @Test
    void weightsThatAreNoNumbersAreNamedAsTheCause() throws IOException {
        Path file = TestModel.builder().layers(1).build().writeGguf(folder);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length - 4096, bytes.length, (byte) 255);
        Files.write(file, bytes);

        String message = Refusal.of(() -> run(file));

        assertTrue(message.contains("logits: found NaN"), message);
    }

    @Test
    void aSamplerPicksATokenWhateverTheLogits() {
        float nan = Float.NaN;
        float infinity = Float.POSITIVE_INFINITY;
        for (Sampling sampling : new Sampling[] {
            new Sampling(1, 0, 0.9, OptionalLong.of(1)),
            new Sampling(1, 2, 1, OptionalLong.of(1)),
            new Sampling(1, 0, 1, OptionalLong.of(1))
        }) {
            assertEquals(0, sampling.newSampler().sample(new float[] {nan, nan, nan}));
            assertEquals(1, sampling.newSampler().sample(new float[] {0, infinity, 0}));
            assertEquals(0, sampling.newSampler().sample(new float[] {-infinity, -infinity, -infinity}));
        }
    }

    private static void run(Path file) {
        try (Llama llama = Llama.open(file, ONE_THREAD)) {
            assertTrue(llama.generate("once", FEW).tokens().size() <= 3);
        }
    }
}
