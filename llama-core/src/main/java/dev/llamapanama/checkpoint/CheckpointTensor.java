// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A named tensor of a checkpoint.
 *
 * @param name of a decoder's weight its canonical name, that of GGUF: {@code blk.0.attn_q.weight}; of others that of the file
 * @param type how the elements are stored
 * @param shape rows and columns; three-dimensional expert tensors have their experts stacked in the rows; of others of more than
 *     two dimensions a row is an element of the first
 * @param source exactly the stored bytes, read-only and there until the checkpoint is closed
 */
public record CheckpointTensor(String name, DType type, Shape shape, WeightSource source) {

    /**
     * A tensor of floats that belongs to no file.
     *
     * @param values holds its elements, row by row, which are copied
     * @param from where they begin
     */
    public static CheckpointTensor of(String name, Shape shape, float[] values, int from) {
        int count = Math.toIntExact(shape.elements());
        byte[] bytes = new byte[Math.multiplyExact(count, Float.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, from, count);
        WeightSource source = WeightSource.of(MemorySegment.ofArray(bytes).asReadOnly());
        return new CheckpointTensor(name, DType.F32, shape, source);
    }

    /** The stored bytes, mapped from the file and valid until the checkpoint is closed. */
    public MemorySegment data() {
        return source.mapped();
    }

    /** Bytes that it takes in the file. */
    public long bytes() {
        return type.bytes(shape.elements());
    }

    /**
     * Decodes one row to floats, exactly as ggml's reference code does.
     *
     * @param row index from 0
     * @param values takes as many as the shape has columns
     */
    public void decodeRow(long row, float[] values) {
        type.decode(data(), type.bytes(row * shape.cols()), values, 0, Math.toIntExact(shape.cols()));
    }
}
