// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.convert.WeightTypes;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SyntheticCheckpointTest {
    private static final String SMALL = "stories260k";

    @Test
    void hasExactlyTheWeightsOfTheVariant() {
        try (Checkpoint checkpoint = open(SMALL, "F16")) {
            WeightLayout.check(checkpoint.path(), checkpoint.config(), checkpoint.tensors());
            assertEquals(LlamaVariant.byId(SMALL).config(), checkpoint.config());
            assertEquals("stories260k-F16", checkpoint.path().toString());
            assertNull(checkpoint.tokenizer());
            for (CheckpointTensor tensor : checkpoint.tensors().values()) {
                assertEquals(tensor.bytes(), tensor.data().byteSize());
                assertTrue(tensor.data().isReadOnly());
            }
        }
    }

    @Test
    void normsAreOne() {
        try (Checkpoint checkpoint = open(SMALL, "Q8_0")) {
            for (String name : List.of("blk.0.attn_norm.weight", "blk.4.ffn_norm.weight", "output_norm.weight")) {
                float[] values = new float[64];
                tensor(checkpoint, name).decodeRow(0, values);
                float[] ones = new float[64];
                Arrays.fill(ones, 1);
                assertArrayEquals(ones, values);
            }
        }
    }

    /** Nearly 3 MB of F32: longer than a stretch, with parts that cross its end, begin and end anywhere. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 65523", "65524, 65524", "3, 500001", "2211838, 2"})
    void partsAreOfTheWhole(long offset, long length) {
        try (Checkpoint checkpoint = open("stories42m", "F32")) {
            WeightSource source = tensor(checkpoint, "blk.3.ffn_up.weight").source();
            byte[] part = bytes(source, offset, length);

            MemorySegment whole = source.mapped();

            assertArrayEquals(whole.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), part);
            assertSame(whole, source.mapped());
        }
    }

    @Test
    void partsStayInside() {
        try (Checkpoint checkpoint = open(SMALL, "F32")) {
            CheckpointTensor tensor = tensor(checkpoint, "blk.0.attn_q.weight");
            long bytes = tensor.bytes();
            assertThrows(IndexOutOfBoundsException.class, () -> bytes(tensor.source(), 1, bytes));
            assertThrows(IndexOutOfBoundsException.class, () -> bytes(tensor.source(), -1, 1));
        }
    }

    @Test
    void weightsDifferButAreTheSameEachTime() {
        byte[] first;
        try (Checkpoint checkpoint = open(SMALL, "Q4_0")) {
            first = bytes(tensor(checkpoint, "blk.0.attn_q.weight").source(), 0, 64);
            assertNotEquals(
                    Arrays.toString(first),
                    Arrays.toString(
                            bytes(tensor(checkpoint, "blk.1.attn_q.weight").source(), 0, 64)));
        }
        try (Checkpoint checkpoint = open(SMALL, "Q4_0")) {
            assertArrayEquals(
                    first, bytes(tensor(checkpoint, "blk.0.attn_q.weight").source(), 0, 64));
        }
    }

    static Stream<DType> types() {
        return Stream.of(DType.values()).filter(RandomBlocks::makes);
    }

    @ParameterizedTest
    @MethodSource("types")
    void logitsAreNumbersThatDiffer(DType type) {
        try (Llama llama = Llama.open(open(SMALL, type.name()), LlamaOptions.DEFAULT);
                Session session = llama.session(8)) {
            float[] logits = session.feed(1, 511, 2, 300);

            for (float logit : logits) {
                assertTrue(Float.isFinite(logit));
            }
            assertTrue(Arrays.hashCode(logits) != Arrays.hashCode(session.feed(7)));
            assertNotEquals(logits[0], logits[1]);
        }
    }

    @Test
    void isAskedOnceBeforeAnythingIsMade() {
        List<Long> asked = new ArrayList<>();
        try (Checkpoint checkpoint = checkpoint(SMALL, "F32", asked)) {
            assertEquals(List.of(), asked);
            bytes(tensor(checkpoint, "output_norm.weight").source(), 0, 4);
            tensor(checkpoint, "token_embd.weight").data();
            assertEquals(List.of(4 * checkpoint.config().parameterCount()), asked);
        }
    }

    @Test
    void whoIsAskedMayRefuse() {
        LlamaVariant variant = LlamaVariant.byId("llama3.1-405b");
        SyntheticCheckpoint huge = new SyntheticCheckpoint(variant, WeightTypes.named("F16"), bytes -> {
            throw new ArithmeticException("no room for " + bytes);
        });
        ArithmeticException refused =
                assertThrows(ArithmeticException.class, () -> Llama.open(huge, LlamaOptions.DEFAULT));
        long norms = (2L * 126 + 1) * 16_384;
        assertEquals("no room for " + 2 * (variant.config().parameterCount() + norms), refused.getMessage());
    }

    @Test
    void closingFreesAllWeights() {
        Checkpoint checkpoint = open(SMALL, "F32");
        MemorySegment weight = tensor(checkpoint, "token_embd.weight").data();
        checkpoint.close();
        checkpoint.close();

        assertThrows(IllegalStateException.class, () -> weight.get(ValueLayout.JAVA_BYTE, 0));
    }

    private static Checkpoint open(String variant, String types) {
        return checkpoint(variant, types, new ArrayList<>());
    }

    private static Checkpoint checkpoint(String variant, String types, List<Long> asked) {
        return new SyntheticCheckpoint(LlamaVariant.byId(variant), WeightTypes.named(types), asked::add);
    }

    private static CheckpointTensor tensor(Checkpoint checkpoint, String name) {
        return Objects.requireNonNull(checkpoint.tensors().get(name));
    }

    private static byte[] bytes(WeightSource source, long offset, long length) {
        List<byte[]> parts = new ArrayList<>();
        source.read(offset, length, part -> parts.add(part.toArray(ValueLayout.JAVA_BYTE)));
        return parts.getFirst();
    }
}
