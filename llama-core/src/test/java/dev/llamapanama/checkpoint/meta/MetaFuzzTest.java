// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spoilt folders either open, and then all of their weights can be read, or are refused by the one exception. */
class MetaFuzzTest {
    private static final int ROUNDS = 600;
    private static final long[] EXTREMES = {
        0, 1, -1, 2, 255, 65535, 1L << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFFFFFFL, 1L << 40, Long.MAX_VALUE
    };

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"consolidated.00.pth", "consolidated.01.pth", "params.json"})
    @Timeout(value = 120, unit = SECONDS)
    void spoiltFiles(String name) throws IOException {
        TestModel model = TestModel.builder().tied().layers(1).build();
        new MetaWriter(model, DType.F16, 2).embeddingByColumns().write(folder);
        Path file = folder.resolve(name);
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, spoil(good, random, round));
            try (Checkpoint checkpoint = Checkpoints.open(folder)) {
                checkpoint.tensors().values().forEach(MetaFuzzTest::touch);
            } catch (CheckpointException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith(folder.toString()), refused.toString());
            }
        }
    }

    /** Half of the changes are where the pickle stands, half where the directory does. */
    private static byte[] spoil(byte[] good, Random random, int round) {
        int start = round % 2 == 0 ? 0 : Math.max(0, good.length - 2000);
        int length = Math.min(round % 2 == 0 ? 3500 : 2000, good.length);
        byte[] bad = good.clone();
        int at = start + random.nextInt(length);
        switch (random.nextInt(4)) {
            case 0 -> bad[at] = (byte) random.nextInt(256);
            case 1 -> bad[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> extreme(bad, Math.clamp(at, 0, bad.length - 8), random);
            default -> {
                int count = Math.min(1 + random.nextInt(40), good.length - at);
                int to = start + random.nextInt(length - Math.min(count, length - 1));
                System.arraycopy(good, at, bad, to, Math.min(count, good.length - to));
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(bad, 1 + random.nextInt(bad.length)) : bad;
    }

    private static void extreme(byte[] bad, int at, Random random) {
        long value = EXTREMES[random.nextInt(EXTREMES.length)];
        ByteBuffer out = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
        if (random.nextBoolean()) {
            out.putLong(at, value);
        } else {
            out.putInt(at, (int) value);
        }
    }

    private static void touch(CheckpointTensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        tensor.type().decode(tensor.data(), 0, values, 0, values.length);
    }
}
