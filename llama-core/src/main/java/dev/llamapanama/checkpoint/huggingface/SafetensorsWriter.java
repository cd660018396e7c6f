// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.UnfinishedFile;
import dev.llamapanama.checkpoint.quantise.Quantiser;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a file of safetensors (github.com/huggingface/safetensors): the length of the header, the header as JSON, filled up with spaces so that tensors
 * begin at a multiple of 8, and the tensors one behind the other.
 */
final class SafetensorsWriter {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int ALIGNMENT = 8;
    private static final int BUFFER = 1 << 20;

    private final DType type;
    private final List<Tensor> tensors = new ArrayList<>();

    /** Gives the elements of a row. */
    @FunctionalInterface
    interface Rows {
        void read(long row, float[] values);
    }

    /** @param vector whether it has one dimension, that of its only row */
    private record Tensor(String name, Shape shape, boolean vector, Rows rows) {}

    /** @param type of all elements: F32, F16 or BF16 */
    SafetensorsWriter(DType type) {
        this.type = type;
    }

    /** Adds a tensor behind those before it. */
    void add(String name, Shape shape, boolean vector, Rows rows) {
        tensors.add(new Tensor(name, shape, vector, rows));
    }

    /** @throws CheckpointException if it can't be written, or a number isn't finite as the type has it */
    void write(Path file, boolean replacing) {
        try (UnfinishedFile unfinished = UnfinishedFile.beside(file, replacing)) {
            Output output = new Output(unfinished.channel());
            output.put(header());
            for (Tensor tensor : tensors) {
                write(file, tensor, output);
            }
            output.empty();
            unfinished.finish();
        } catch (IOException e) {
            throw new CheckpointException(file, e);
        }
    }

    private byte[] header() {
        ObjectNode root = MAPPER.createObjectNode();
        root.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Tensor tensor : tensors) {
            ObjectNode entry = root.putObject(tensor.name).put("dtype", type.name());
            var shape = entry.putArray("shape");
            if (!tensor.vector) {
                shape.add(tensor.shape.rows());
            }
            shape.add(tensor.shape.cols());
            long end = offset + type.bytes(tensor.shape.elements());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = MAPPER.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        Arrays.fill(bytes.array(), bytes.position(), bytes.capacity(), (byte) ' ');
        return bytes.array();
    }

    private void write(Path file, Tensor tensor, Output output) throws IOException {
        int cols = Math.toIntExact(tensor.shape.cols());
        float[] values = new float[cols];
        float[] again = new float[cols];
        byte[] stored = new byte[Math.toIntExact(type.bytes(cols))];
        MemorySegment target = MemorySegment.ofArray(stored);
        for (long row = 0; row < tensor.shape.rows(); row++) {
            tensor.rows.read(row, values);
            Quantiser.of(type).quantise(values, 0, cols, target, 0);
            type.decode(target, 0, again, 0, cols);
            for (float value : again) {
                if (!Float.isFinite(value)) {
                    throw new CheckpointException(
                            file, tensor.name, "a weight that isn't finite as " + type, "finite numbers");
                }
            }
            output.put(stored);
        }
    }

    /** Gathers rows. */
    private static final class Output {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        private final FileChannel channel;

        Output(FileChannel channel) {
            this.channel = channel;
        }

        void put(byte[] bytes) throws IOException {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, buffer.remaining());
                buffer.put(bytes, at, count);
                at += count;
                if (!buffer.hasRemaining()) {
                    empty();
                }
            }
        }

        void empty() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        }
    }
}
