// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.llama2c.Llama2cReader;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spoilt files either open, and then all of their weights can be read, or are refused by the one exception; and none
 * stays mapped. The heap of the test JVM bounds what a length field could make the reader allocate.
 */
class CheckpointFuzzTest {
    private static final int ROUNDS = 500;
    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        65535,
        1L << 16,
        1L << 20,
        1L << 27,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFFFFFFL,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 61
    };

    private static final TestModel ADAPTED =
            TestModel.builder().dim(32).heads(2).kvHeads(1).ffnDim(32).layers(1).build();

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> files() {
        TestModel.Builder tiny =
                TestModel.builder().dim(32).heads(2).kvHeads(1).ffnDim(32).layers(1);
        byte[] gguf = tiny.type(DType.Q8_0).build().gguf().bytes();
        byte[] divided = tiny.type(DType.F16)
                .ropeDivisors(1, 1, 1, 1, 8, 8, 8, 8)
                .build()
                .gguf()
                .string("llama.rope.scaling.type", "linear")
                .array("llama.feed_forward_length", GgufWriter.U32, List.of(32))
                .remove("tokenizer.ggml.model")
                .remove("tokenizer.ggml.tokens")
                .remove("tokenizer.ggml.scores")
                .remove("tokenizer.ggml.token_type")
                .version(2)
                .bytes();
        byte[] llama2c = TestModel.builder()
                .dim(8)
                .heads(2)
                .kvHeads(1)
                .ffnDim(4)
                .contextLength(3)
                .build()
                .llama2c();
        byte[] groups = Llama2cWriter.v2(tiny.type(DType.F32).build(), 16);
        byte[] adapter = TestAdapter.of(ADAPTED, 32, 4, 1).gguf(DType.Q8_0).bytes();
        return Stream.of(
                Arguments.of("model.gguf", gguf, headerEnd(gguf, "output.weight")),
                Arguments.of("model2.gguf", divided, headerEnd(divided, "output.weight")),
                Arguments.of("adapter.gguf", adapter, headerEnd(adapter, ".lora_b")),
                Arguments.of("model.bin", llama2c, 28),
                Arguments.of("groups.bin", groups, 44));
    }

    /** About where the data of a GGUF begins: behind the last name of a tensor. */
    private static int headerEnd(byte[] gguf, String last) {
        String text = new String(gguf, StandardCharsets.ISO_8859_1);
        return text.lastIndexOf(last) + 48;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @Timeout(value = 120, unit = SECONDS)
    void truncated(String name, byte[] good, int header) throws IOException {
        int opened = rounds(name, 1, (random, round) -> {
            int from = round % 2 == 0 ? header : good.length;
            return Arrays.copyOf(good, random.nextInt(from));
        });
        // Nothing but the padding behind the last tensor can be missed.
        assertTrue(opened <= ROUNDS / 50, opened + " opened");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @Timeout(value = 120, unit = SECONDS)
    void withWrongBytes(String name, byte[] good, int header) throws IOException {
        rounds(name, 2, (random, round) -> {
            byte[] bad = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bad[random.nextInt(header)] = (byte) random.nextInt(256);
            }
            return bad;
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @Timeout(value = 120, unit = SECONDS)
    void withExtremeFields(String name, byte[] good, int header) throws IOException {
        rounds(name, 3, (random, round) -> {
            byte[] bad = good.clone();
            ByteBuffer out = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
            long value = EXTREMES[random.nextInt(EXTREMES.length)];
            if (random.nextBoolean()) {
                out.putLong(random.nextInt(header - 8), value);
            } else {
                // The fields of llama2.c and the counts of GGUF stand at multiples of four.
                out.putInt(4 * random.nextInt(header / 4), (int) value);
            }
            return bad;
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @Timeout(value = 120, unit = SECONDS)
    void withPartsMovedOrRepeated(String name, byte[] good, int header) throws IOException {
        rounds(name, 4, (random, round) -> {
            int from = random.nextInt(header);
            int length = 1 + random.nextInt(Math.min(64, good.length - from));
            int to = random.nextInt(good.length - length);
            byte[] bad = good.clone();
            System.arraycopy(good, from, bad, to, length);
            return bad;
        });
    }

    @Test
    void anOpenFileIsSeenAsMapped() throws IOException {
        Path file = TestModel.builder().build().writeGguf(folder);
        int expected = Files.exists(Path.of("/proc/self/maps")) ? 1 : 0;
        try (Checkpoint checkpoint = Checkpoints.open(file)) {
            assertEquals(expected, mappings(folder).size(), checkpoint.format());
        }
        assertEquals(List.of(), mappings(folder));
    }

    /** @return how many opened */
    private int rounds(String name, long seed, BiFunction<Random, Integer, byte[]> spoil) throws IOException {
        Random random = new Random(seed);
        Path file = folder.resolve(name);
        int opened = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, spoil.apply(random, round));
            try {
                read(file);
                opened++;
            } catch (CheckpointException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith(file + ": "), refused.toString());
            }
            Files.delete(file);
        }
        assertEquals(List.of(), mappings(folder));
        return opened;
    }

    private static void read(Path file) {
        if (file.endsWith("adapter.gguf")) {
            try (StoredAdapter adapter = Adapters.open(new AdapterFile(file, 1), ADAPTED.config())) {
                adapter.pairs().values().forEach(pair -> {
                    touch(pair.a());
                    touch(pair.b());
                });
            }
            return;
        }
        try (Checkpoint checkpoint = open(file)) {
            checkpoint.tensors().values().forEach(CheckpointFuzzTest::touch);
        }
    }

    /** Spoilt numbers must reach the reader of llama2.c, which wouldn't recognise its files by them any more. */
    private static Checkpoint open(Path file) {
        if (file.toString().endsWith(".bin")) {
            return new Llama2cReader().read(file);
        }
        var _ = Checkpoints.readTokenizer(file);
        return Checkpoints.open(file);
    }

    private static void touch(CheckpointTensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        tensor.type().decode(tensor.data(), 0, values, 0, values.length);
    }

    /** The mappings of this process that are of files in a folder; none can be listed outside Linux. */
    private static List<String> mappings(Path folder) throws IOException {
        Path maps = Path.of("/proc/self/maps");
        List<String> found = new ArrayList<>();
        if (Files.exists(maps)) {
            for (String line : Files.readAllLines(maps)) {
                if (line.contains(folder.toRealPath().toString())) {
                    found.add(line);
                }
            }
        }
        return found;
    }
}
