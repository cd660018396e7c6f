// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Epilogue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Records products with weights of 16 bits. Matrices of few rows have, for few tokens, too few blocks for all multiprocessors: several have a part
 * of the columns each, and another kernel adds up what they computed, always in the same order. On the device's thread.
 */
final class ColumnParts {
    /** Blocks of 256 threads with which a device is busy, two of them on a multiprocessor or, if they are large, one. */
    private static final int BLOCKS = 256;

    private static final int LARGE_BLOCKS = 128;

    /** Columns of a part, at least. */
    private static final int LEAST = 256;

    private static final int JOINING_THREADS = 256;

    private final Recording recording;

    ColumnParts(Recording recording) {
        this.recording = recording;
    }

    /** Parts for a matrix, whatever the device. */
    static int of(ProductKernel kernel, int rows, int cols, int tokens) {
        int blocks = Math.ceilDiv(rows, kernel.rows(DeviceFormat.F16)) * Math.ceilDiv(tokens, kernel.tokens());
        int wanted = kernel == ProductKernel.W128 ? LARGE_BLOCKS : BLOCKS;
        return Math.clamp(wanted / blocks, 1, Math.max(1, cols / LEAST));
    }

    /**
     * {@code out = in · weightᵀ}, or {@code +=}.
     *
     * @param operands addresses of the weights and the activations
     * @param count where the device finds how many rows there are
     */
    void launch(
            CudaTensor in,
            CudaWeights weight,
            Epilogue epilogue,
            CudaTensor out,
            ProductKernel.Use use,
            List<Object> operands,
            long count) {
        int most = Math.min(in.most(), use.most());
        int parts = of(use.kernel(), weight.rows(), weight.cols(), most);
        int add = epilogue == Epilogue.ADD ? 1 : 0;
        if (parts == 1) {
            multiply(in, weight, use, operands, count, out.address(), add, 1);
            return;
        }
        DeviceBuffer sums = recording.workspace().allocate((long) parts * most * weight.rows() * Float.BYTES);
        multiply(in, weight, use, operands, count, sums.address(), 0, parts);
        recording.launchFor(
                use.above(),
                use.mostTokens(in),
                "join_parts",
                tokens -> Grid.of(Math.ceilDiv(weight.rows(), JOINING_THREADS), use.most(in, tokens), JOINING_THREADS),
                sums.address(),
                count,
                out.address(),
                weight.rows(),
                add,
                most,
                parts);
        recording.workspace().release(sums);
    }

    private void multiply(
            CudaTensor in,
            CudaWeights weight,
            ProductKernel.Use use,
            List<Object> operands,
            long count,
            long out,
            int add,
            int parts) {
        ProductKernel kernel = use.kernel();
        int most = Math.min(in.most(), use.most());
        List<Object> arguments = new ArrayList<>(operands);
        Collections.addAll(arguments, count, out, weight.rows(), weight.cols(), weight.stride(), add, most);
        recording.launchFor(
                use.above(),
                use.mostTokens(in),
                kernel.name(weight.format()),
                tokens -> kernel.grid(weight.format(), weight.rows(), use.most(in, tokens))
                        .deep(parts),
                arguments.toArray());
    }
}
