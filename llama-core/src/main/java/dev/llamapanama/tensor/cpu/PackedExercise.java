// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.llamapanama.tensor.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Products with packed weights. */
final class PackedExercise extends ProductExercise {
    private final PackedKernel kernel;
    private final int rows;
    private final MemorySegment weights;
    private final float[] out;
    private final float[] scratch;

    PackedExercise(PackedKernel kernel, int tokens) {
        super(kernel.preparation(), tokens, kernel.layout().type().blockSize());
        this.kernel = kernel;
        rows = kernel.groups() * PackedLayout.ROWS;
        byte[] bytes = weights(kernel.groups() * kernel.layout().groupBytes(MOST_COLUMNS));
        weights = Arena.ofAuto().allocate(bytes.length, Long.BYTES);
        MemorySegment.copy(bytes, 0, weights, JAVA_BYTE, 0, bytes.length);
        out = new float[tokens * rows];
        scratch = new float[PackedProduct.scratchSize(kernel.layout(), tokens)];
    }

    @Override
    void multiplyWithVectors(int cols, Activations x) {
        product(cols, x).multiplyWithVectors(weights, 0, kernel.groups());
    }

    @Override
    void multiplyWithLoops(int cols, Activations x) {
        product(cols, x).multiplyWithLoops(weights, 0, kernel.groups(), NEVER);
    }

    private PackedProduct product(int cols, Activations x) {
        return new PackedProduct(kernel, rows, cols, x, out, Epilogue.STORE, scratch);
    }

    @Override
    public String toString() {
        return kernel.layout().type() + " × " + tokens();
    }
}
