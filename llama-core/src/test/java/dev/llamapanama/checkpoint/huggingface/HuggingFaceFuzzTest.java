// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Adapters;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders with a spoilt file either open, and then all of their weights can be read, or are refused by the one exception; and no file stays
 * mapped.
 */
class HuggingFaceFuzzTest {
    private static final int ROUNDS = 100;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.e-]*");
    private static final List<String> EXTREMES = List.of(
            "0",
            "-1",
            "1",
            "3",
            "65536",
            "1048576",
            "2147483647",
            "2147483648",
            "4294967296",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551616",
            "1e308",
            "1e999",
            "null",
            "[]",
            "{}",
            "\"\"",
            "true",
            "[[[[[[[[[0]]]]]]]]]");

    private static final TestModel ADAPTED =
            TestModel.builder().dim(16).heads(2).kvHeads(1).ffnDim(8).layers(1).build();

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> files() {
        TestModel.Builder tiny =
                TestModel.builder().dim(16).heads(2).kvHeads(1).ffnDim(8).layers(1);
        TestFolderWriter llama = TestFolderWriter.llama(tiny.linearScaling(2).build(), DType.BF16);
        llama.generation.put("eos_token_id", "[2,3]");
        TestFolderWriter mllama = TestFolderWriter.mllama(tiny.build(), DType.F16, 1);
        TestFolderWriter llama4 =
                TestFolderWriter.llama4(tiny.llama4(new MoeConfig(2, 1, 1, 8)).build(), DType.F32);
        Consumer<Path> single = llama::write;
        Consumer<Path> sharded = llama::writeSharded;
        return Stream.of(
                Arguments.of("model.safetensors", single),
                Arguments.of("config.json", single),
                Arguments.of("generation_config.json", single),
                Arguments.of("model.safetensors.index.json", sharded),
                Arguments.of("model-00001-of-00002.safetensors", sharded),
                Arguments.of("config.json", (Consumer<Path>) mllama::write),
                Arguments.of("model.safetensors", (Consumer<Path>) llama4::write),
                Arguments.of("config.json", (Consumer<Path>) llama4::write),
                Arguments.of("adapter_config.json", adapter()),
                Arguments.of("adapter_model.safetensors", adapter()));
    }

    private static Consumer<Path> adapter() {
        PeftWriter writer = new PeftWriter(ADAPTED, TestAdapter.of(ADAPTED, 4, 6, 1), DType.F16);
        writer.config.put("rank_pattern", "{\"layers.0.self_attn.q_proj\":4}");
        writer.config.put("alpha_pattern", "{\"(k|v)_proj\":4.5,\".*mlp.*\":3}");
        return writer::write;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @Timeout(value = 240, unit = SECONDS)
    void spoiltFiles(String name, Consumer<Path> writer) throws IOException {
        writer.accept(folder);
        byte[] good = Files.readAllBytes(folder.resolve(name));
        int header = header(name, good);
        rounds(name, random -> Arrays.copyOf(good, random.nextInt(random.nextBoolean() ? header : good.length)));
        rounds(name, random -> wrongBytes(random, good, header));
        rounds(name, random -> moved(random, good, header));
        rounds(name, random -> extreme(random, good, header));
    }

    private static int header(String name, byte[] good) {
        String text = new String(good, StandardCharsets.ISO_8859_1);
        return name.endsWith(".json") ? good.length : text.indexOf("}}") + 2;
    }

    private static byte[] wrongBytes(Random random, byte[] good, int header) {
        byte[] bad = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bad[random.nextInt(header)] = (byte) random.nextInt(256);
        }
        return bad;
    }

    private static byte[] moved(Random random, byte[] good, int header) {
        int from = random.nextInt(header);
        int length = 1 + random.nextInt(Math.min(64, good.length - from));
        byte[] bad = good.clone();
        System.arraycopy(good, from, bad, random.nextInt(good.length - length + 1), length);
        return bad;
    }

    /** Another value in place of a number; a header's length is then made right again. */
    private static byte[] extreme(Random random, byte[] good, int header) {
        boolean safetensors = good[0] != '{';
        int start = safetensors ? 8 : 0;
        String json = new String(good, start, header - start, StandardCharsets.UTF_8);
        List<MatchResult> numbers = NUMBER.matcher(json).results().toList();
        MatchResult chosen = numbers.get(random.nextInt(numbers.size()));
        String value = EXTREMES.get(random.nextInt(EXTREMES.size()));
        String spoilt = json.substring(0, chosen.start()) + value + json.substring(chosen.end());
        return safetensors
                ? TestSafetensorsWriter.file(spoilt, Arrays.copyOfRange(good, dataStart(good), good.length))
                : TestSafetensorsWriter.utf8(spoilt);
    }

    private static int dataStart(byte[] good) {
        return 8 + (good[0] & 0xFF) + ((good[1] & 0xFF) << 8);
    }

    private void rounds(String name, Function<Random, byte[]> spoil) throws IOException {
        Random random = new Random(name.hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(folder.resolve(name), spoil.apply(random));
            try {
                read();
            } catch (CheckpointException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith(folder.toString()), refused.toString());
            }
        }
        assertEquals(List.of(), mappings());
    }

    private void read() {
        if (Files.exists(folder.resolve("adapter_config.json"))) {
            try (StoredAdapter adapter = Adapters.open(new AdapterFile(folder, 1), ADAPTED.config())) {
                adapter.pairs().values().forEach(pair -> {
                    touch(pair.a());
                    touch(pair.b());
                });
            }
            return;
        }
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            checkpoint.tensors().values().forEach(HuggingFaceFuzzTest::touch);
        }
    }

    private static void touch(CheckpointTensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        tensor.type().decode(tensor.data(), 0, values, 0, values.length);
    }

    /** The mappings of this process that are of files in the folder; none can be listed outside Linux. */
    private List<String> mappings() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        String real = folder.toRealPath().toString();
        return Files.exists(maps)
                ? Files.readAllLines(maps).stream()
                        .filter(line -> line.contains(real))
                        .toList()
                : List.of();
    }
}
