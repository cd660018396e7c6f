// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.TestModel;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of value comes back as it was written, alone and in arrays, in both versions. */
class GgufMetadataTest {
    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> extremes() {
        return Stream.of(
                Arguments.of(GgufWriter.U8, List.of(0, 255)),
                Arguments.of(GgufWriter.I8, List.of(-128, 127)),
                Arguments.of(GgufWriter.U16, List.of(0, 65535)),
                Arguments.of(GgufWriter.I16, List.of(-32768, 32767)),
                Arguments.of(GgufWriter.U32, List.of(0L, 4294967295L)),
                Arguments.of(GgufWriter.I32, List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                Arguments.of(GgufWriter.F32, List.of(-0f, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY)),
                Arguments.of(GgufWriter.BOOL, List.of(true, false)),
                Arguments.of(GgufWriter.STRING, List.of("", "▁the 🦙 İı", "\uFFFD", "a\nb")),
                Arguments.of(
                        GgufWriter.U64,
                        List.of(0L, Long.MAX_VALUE, BigInteger.TWO.pow(64).subtract(BigInteger.ONE))),
                Arguments.of(GgufWriter.I64, List.of(Long.MIN_VALUE, Long.MAX_VALUE)),
                Arguments.of(GgufWriter.F64, List.of(-0.0, Double.MIN_VALUE, Double.NaN, Math.PI)));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void everyTypeRoundTrips(int type, List<Object> values) {
        for (int version = 2; version <= 3; version++) {
            GgufWriter writer = TestModel.builder().build().gguf().version(version);
            writer.array("test.array", type, values).array("test.empty", type, List.of());
            for (int i = 0; i < values.size(); i++) {
                writer.value("test." + i, type, values.get(i));
            }
            try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder.resolve("model.gguf")))) {
                assertEquals("GGUF v" + version, checkpoint.format());
                assertEquals(values, checkpoint.metadata().get("test.array"));
                assertEquals(List.of(), checkpoint.metadata().get("test.empty"));
                for (int i = 0; i < values.size(); i++) {
                    assertEquals(values.get(i), checkpoint.metadata().get("test." + i));
                }
            }
        }
    }

    @Test
    void keysStandInFileOrderAndCannotBeChanged() {
        GgufWriter writer = TestModel.builder().build().gguf().u32("zzz", 1).u32("aaa", 2);
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder.resolve("model.gguf")))) {
            List<String> keys = List.copyOf(checkpoint.metadata().keySet());
            assertEquals("general.architecture", keys.getFirst());
            assertEquals(List.of("zzz", "aaa"), keys.subList(keys.size() - 2, keys.size()));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> checkpoint.metadata().remove("zzz"));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> checkpoint.tensors().remove("output.weight"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 32, 64, 4096})
    void dataIsFoundAtAnyAlignment(int alignment) {
        TestModel model = TestModel.builder().dim(36).heads(2).build();
        GgufWriter writer = model.gguf().alignment(alignment);
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder.resolve("model.gguf")))) {
            assertEquals(model.weights().keySet(), checkpoint.tensors().keySet());
            model.weights().forEach((name, values) -> {
                float[] first = new float[1];
                var tensor = checkpoint.tensors().get(name);
                if (tensor != null) {
                    tensor.type().decode(tensor.data(), 0, first, 0, 1);
                }
                assertEquals(values[0], first[0], name);
            });
        }
    }

    @Test
    void metadataCanBeReadAfterTheFileIsClosed() {
        GgufWriter writer = TestModel.builder().build().gguf().array("test", GgufWriter.I16, List.of(1, -2, 3));
        Checkpoint checkpoint = Checkpoints.open(writer.write(folder.resolve("model.gguf")));
        checkpoint.close();
        assertEquals(List.of(1, -2, 3), checkpoint.metadata().get("test"));
    }
}
