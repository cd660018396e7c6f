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

    /**
     * A product of matrices that are alike, without its results.
     *
     * @param weight the first of them
     * @param count where the device finds how many rows there are
     */
    private record Product(
            CudaTensor in, CudaWeights weight, ProductKernel.Use use, List<Long> activations, long count) {
        ProductKernel kernel() {
            return use.kernel();
        }

        /** Rows that there are at most. */
        int most() {
            return Math.min(in.most(), use.most());
        }

        int blocks(List<Matrix> matrices) {
            return Matrix.blocks(matrices, kernel().rows(weight.format()));
        }
    }

    /**
     * Parts for matrices, whatever the device.
     *
     * @param ofRows blocks that their rows are dealt to
     */
    static int of(ProductKernel kernel, int ofRows, int cols, int tokens) {
        int blocks = ofRows * Math.ceilDiv(tokens, kernel.tokens());
        int wanted = kernel.isWide() ? LARGE_BLOCKS : BLOCKS;
        return Math.clamp(wanted / blocks, 1, Math.max(1, cols / LEAST));
    }

    /**
     * {@code outᵢ = in · weightᵢᵀ}, or {@code +=}.
     *
     * @param weights one matrix, or several that are alike if the kernel takes them
     * @param count where the device finds how many rows there are
     */
    void launch(
            CudaTensor in,
            List<CudaWeights> weights,
            Epilogue epilogue,
            List<CudaTensor> outs,
            ProductKernel.Use use,
            List<Long> activations,
            long count) {
        Product product = new Product(in, weights.getFirst(), use, activations, count);
        List<Matrix> matrices = Matrix.of(weights, outs);
        int parts = of(use.kernel(), product.blocks(matrices), in.width(), product.most());
        int add = epilogue == Epilogue.ADD ? 1 : 0;
        if (parts == 1) {
            multiply(product, matrices, add, 1);
        } else {
            multiplyAndJoin(product, matrices, add, parts);
        }
    }

    private void multiplyAndJoin(Product product, List<Matrix> matrices, int add, int parts) {
        long row = (long) parts * product.most() * Float.BYTES;
        int rows = matrices.stream().mapToInt(Matrix::rows).sum();
        DeviceBuffer sums = recording.workspace().allocate(rows * row);
        List<Matrix> products = new ArrayList<>();
        List<Matrix> joins = new ArrayList<>();
        long at = sums.address();
        for (Matrix matrix : matrices) {
            products.add(new Matrix(matrix.operands(), at, matrix.rows()));
            joins.add(new Matrix(List.of(at), matrix.out(), matrix.rows()));
            at += matrix.rows() * row;
        }
        multiply(product, products, 0, parts);
        join(product, joins, add, parts);
        recording.workspace().release(sums);
    }

    private void multiply(Product product, List<Matrix> matrices, int add, int parts) {
        ProductKernel kernel = product.kernel();
        CudaWeights weight = product.weight;
        List<Object> arguments = new ArrayList<>();
        if (kernel.takesSeveral(weight.format())) {
            arguments.addAll(Matrix.arguments(matrices));
            arguments.addAll(product.activations);
            arguments.add(product.count);
        } else {
            Matrix matrix = matrices.getFirst();
            arguments.addAll(matrix.operands());
            arguments.addAll(product.activations);
            Collections.addAll(arguments, product.count, matrix.out(), matrix.rows());
        }
        Collections.addAll(arguments, weight.cols(), weight.stride(), add, product.most());
        int blocks = product.blocks(matrices);
        launch(
                product,
                kernel.name(weight.format()),
                tokens -> kernel.grid(blocks, product.use.most(product.in, tokens))
                        .deep(parts),
                arguments);
    }

    private void join(Product product, List<Matrix> matrices, int add, int parts) {
        List<Object> arguments = Matrix.arguments(matrices);
        Collections.addAll(arguments, product.count, add, product.most(), parts);
        int blocks = Matrix.blocks(matrices, JOINING_THREADS);
        launch(
                product,
                "join_parts",
                tokens -> Grid.of(blocks, product.use.most(product.in, tokens), JOINING_THREADS),
                arguments);
    }

    private void launch(Product product, String kernel, StepGrid grid, List<Object> arguments) {
        ProductKernel.Use use = product.use;
        recording.launchFor(use.above(), use.mostTokens(product.in), kernel, grid, arguments.toArray());
    }
}
