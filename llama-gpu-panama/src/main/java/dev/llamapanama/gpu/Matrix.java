// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One of the matrices of a launch that takes several, as in {@code matrices.cuh}.
 *
 * @param operands addresses of what is read of it
 * @param out address that its results go to
 * @param rows of it
 */
record Matrix(List<Long> operands, long out, int rows) {
    /** Matrices of a launch. */
    private static final int TOGETHER = 3;

    /** Matrices, and where the results of each go. */
    static List<Matrix> of(List<CudaWeights> weights, List<CudaTensor> outs) {
        List<Matrix> matrices = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            CudaWeights weight = weights.get(i);
            matrices.add(new Matrix(weight.parts(), outs.get(i).address(), weight.rows()));
        }
        return matrices;
    }

    /** The arguments of up to three: those that aren't there have no rows. */
    static List<Object> arguments(List<Matrix> matrices) {
        List<Object> arguments = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            boolean isThere = i < matrices.size();
            Matrix matrix = matrices.get(isThere ? i : 0);
            arguments.addAll(matrix.operands);
            Collections.addAll(arguments, matrix.out, isThere ? matrix.rows : 0);
        }
        return arguments;
    }

    /** Blocks of all matrices, that have so many rows each. */
    static int blocks(List<Matrix> matrices, int each) {
        return matrices.stream()
                .mapToInt(matrix -> Math.ceilDiv(matrix.rows, each))
                .sum();
    }
}
