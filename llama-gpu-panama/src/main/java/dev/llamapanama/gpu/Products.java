// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Epilogue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Records matrix products, after having had activations rounded for them. */
final class Products {
    /** Rows of weights of a block of threads. */
    private static final int ROWS = 4;

    private static final int THREADS = 128;
    /** Tokens that weights are read for together, where a plan has several. */
    private static final int TOKENS = 8;
    /** Matrices of a launch. */
    private static final int TOGETHER = 3;

    private final Recording recording;
    private final ActivationRounding rounding;

    Products(Recording recording, ActivationRounding rounding) {
        this.recording = recording;
        this.rounding = rounding;
    }

    /** {@code out = in · weightᵀ}, or {@code +=}. */
    void linear(CudaTensor in, CudaWeights weight, Epilogue epilogue, CudaTensor out) {
        requireTwo(in, out);
        int tokens = in.most() == 1 ? 1 : TOKENS;
        List<Object> arguments = new ArrayList<>(weight.parts());
        arguments.addAll(activations(in, weight.format()));
        Collections.addAll(arguments, recording.step().count(in.rows()), out.address(), weight.rows(), weight.cols());
        if (!weight.format().isQuantised()) {
            arguments.add(weight.stride());
        }
        arguments.add(epilogue == Epilogue.ADD ? 1 : 0);
        recording.launch(
                "linear_" + weight.format().suffix() + "_t" + tokens,
                Grid.of(blocks(weight), Math.ceilDiv(in.most(), tokens), THREADS),
                arguments.toArray());
        rounding.written(out);
    }

    private static void requireTwo(CudaTensor in, CudaTensor out) {
        if (in.buffer() == out.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
    }

    private static int blocks(CudaWeights weight) {
        return Math.ceilDiv(weight.rows(), ROWS);
    }

    private List<Long> activations(CudaTensor in, DeviceFormat format) {
        if (!format.isQuantised()) {
            return List.of(in.address());
        }
        List<Long> rounded = rounding.of(in).addresses();
        return format.hasMinima() ? rounded : rounded.subList(0, 2);
    }

    /**
     * {@code outᵢ = in · weightᵢᵀ}: in one launch, if the plan has one token and the weights one format.
     *
     * @param weights two or three matrices
     */
    void linears(CudaTensor in, List<CudaWeights> weights, List<CudaTensor> outs) {
        DeviceFormat format = weights.getFirst().format();
        if (in.most() == 1 && weights.stream().allMatch(weight -> weight.format() == format)) {
            launchTogether(in, format, weights, outs);
        } else {
            for (int i = 0; i < weights.size(); i++) {
                linear(in, weights.get(i), Epilogue.STORE, outs.get(i));
            }
        }
    }

    private void launchTogether(CudaTensor in, DeviceFormat format, List<CudaWeights> weights, List<CudaTensor> outs) {
        List<Object> arguments = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            boolean isThere = i < weights.size();
            arguments.addAll(weights.get(isThere ? i : 0).parts());
            arguments.add(outs.get(isThere ? i : 0).address());
            arguments.add(isThere ? weights.get(i).rows() : 0);
        }
        arguments.addAll(format.isQuantised() ? rounding.of(in).addresses() : List.of(in.address()));
        Collections.addAll(arguments, recording.step().count(in.rows()), in.width());
        if (!format.isQuantised()) {
            arguments.add(weights.getFirst().stride());
        }
        recording.launch(
                "linears_" + format.suffix() + "_t1",
                Grid.of(weights.stream().mapToInt(Products::blocks).sum(), THREADS),
                arguments.toArray());
        for (CudaTensor out : outs) {
            requireTwo(in, out);
            rounding.written(out);
        }
    }
}
