// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Products with weights as they are stored. */
final class MatrixExercise extends ProductExercise {
    private static final Logger LOG = LoggerFactory.getLogger(MatrixExercise.class);
    /** Enough for four streams. */
    private static final int ROWS = 64;

    private final VectorMatrixKernel kernel;
    private final DType type;
    private final MemorySegment weights;
    private final float[] out;
    private final float[] scratch;

    /**
     * @param mapped whether the weights of the model are a file's memory. Those of the exercise have to be alike: the JIT compiles for the kind that it has seen, and after
     *     another one decoding stayed a fourth slower.
     */
    MatrixExercise(VectorMatrixKernel kernel, DType type, int tokens, boolean mapped) {
        super(kernel.preparation(), tokens, type.blockSize());
        this.kernel = kernel;
        this.type = type;
        byte[] bytes = weights(ROWS * type.bytes(MOST_COLUMNS));
        weights = mapped ? map(bytes) : allocate(bytes);
        out = new float[tokens * ROWS];
        scratch = new float[kernel.scratchSize(MOST_COLUMNS, tokens)];
    }

    private static MemorySegment allocate(byte[] bytes) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length, Long.BYTES);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static MemorySegment map(byte[] bytes) {
        try {
            Path file = Files.createTempFile("llama", null);
            try (FileChannel channel = FileChannel.open(file, READ, WRITE, DELETE_ON_CLOSE)) {
                MemorySegment map = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes.length, Arena.ofAuto());
                MemorySegment.copy(bytes, 0, map, JAVA_BYTE, 0, bytes.length);
                return map;
            }
        } catch (IOException e) {
            LOG.debug("No file to be mapped", e);
            return allocate(bytes);
        }
    }

    @Override
    void multiplyWithVectors(int cols, Activations x) {
        kernel.multiplyWithVectors(stored(cols), 0, ROWS, x, out, false, scratch);
    }

    @Override
    void multiplyWithLoops(int cols, Activations x) {
        kernel.multiplyWithLoops(stored(cols), 0, ROWS, x, out, false, NEVER);
    }

    private StoredWeights stored(int cols) {
        return new StoredWeights("exercise", type, new Shape(ROWS, cols), weights, kernel);
    }

    @Override
    public String toString() {
        return type + " × " + tokens();
    }
}
