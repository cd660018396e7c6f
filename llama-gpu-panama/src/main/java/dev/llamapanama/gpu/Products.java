// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Epilogue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Records matrix products, after having had activations rounded or split for them. A plan for many tokens has several kernels for each product,
 * of which one works in a step, by its number of tokens. They add up in different orders: what a token gets in a step of 1 to 8, and what it
 * gets in one of more, may differ in the last bits.
 */
final class Products {
    /** Matrices of a launch. */
    private static final int TOGETHER = 3;

    private final Recording recording;
    private final ActivationRounding rounding;
    private final SplitActivations splitting;
    private final ColumnParts columnParts;

    Products(Recording recording, ActivationRounding rounding) {
        this.recording = recording;
        this.rounding = rounding;
        splitting = new SplitActivations(recording);
        columnParts = new ColumnParts(recording);
    }

    /** {@code out = in · weightᵀ}, or {@code +=}. */
    void linear(CudaTensor in, CudaWeights weight, Epilogue epilogue, CudaTensor out) {
        requireTwo(in, out);
        for (ProductKernel.Use use :
                ProductKernel.forPlan(in.most(), weight, recording.session().target())) {
            launch(in, weight, epilogue, out, use);
        }
        rounding.written(out);
        splitting.written(out);
    }

    private void launch(CudaTensor in, CudaWeights weight, Epilogue epilogue, CudaTensor out, ProductKernel.Use use) {
        ProductKernel kernel = use.kernel();
        int rowsAbove = use.rowsAbove(in);
        long count = recording.step().count(in.rows(), rowsAbove, use.most());
        List<Object> arguments = new ArrayList<>(weight.parts());
        arguments.addAll(activations(
                in, weight.format(), kernel, recording.step().count(in.rows(), rowsAbove, Integer.MAX_VALUE)));
        if (kernel.hasParts(weight.format())) {
            columnParts.launch(in, weight, epilogue, out, use, arguments, count);
            return;
        }
        Collections.addAll(arguments, count, out.address(), weight.rows(), weight.cols());
        if (!weight.format().isQuantised()) {
            arguments.add(weight.stride());
        }
        arguments.add(epilogue == Epilogue.ADD ? 1 : 0);
        recording.launchFor(
                use.above(),
                use.mostTokens(in),
                kernel.name(weight.format()),
                tokens -> kernel.grid(weight.format(), weight.rows(), use.most(in, tokens)),
                arguments.toArray());
    }

    /** Told of any other launch that may write to tensors. */
    void forget() {
        splitting.forget();
    }

    private static void requireTwo(CudaTensor in, CudaTensor out) {
        if (in.buffer() == out.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
    }

    private static int blocks(CudaWeights weight) {
        return Math.ceilDiv(weight.rows(), ProductKernel.T1.rows(weight.format()));
    }

    private List<Long> activations(CudaTensor in, DeviceFormat format, ProductKernel kernel, long count) {
        if (!format.isQuantised()) {
            return kernel.isOfTensorCores() ? splitting.of(in, count) : List.of(in.address());
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
        Grid grid = Grid.of(weights.stream().mapToInt(Products::blocks).sum(), ProductKernel.T1.threads());
        recording.launch("linears_" + format.suffix() + "_t1", tokens -> grid, arguments.toArray());
        for (CudaTensor out : outs) {
            requireTwo(in, out);
            rounding.written(out);
        }
    }

    /**
     * {@code out = in · weightᵀ}, row by row with the matrix of an expert.
     *
     * @param rows which have which
     */
    void ofExperts(CudaTensor in, ExpertMatrices weights, ProductKernel kernel, ExpertRows rows, CudaTensor out) {
        CudaTensor.of(in, weights.cols());
        CudaTensor.of(out, weights.rows());
        DeviceFormat format = weights.format();
        List<Object> arguments = new ArrayList<>(List.of(weights.address(), rows.tileAddress()));
        arguments.addAll(
                format.isQuantised()
                        ? rounding.of(in).addresses()
                        : activations(in, format, kernel, recording.count(in)));
        Collections.addAll(arguments, out.address(), weights.rows(), weights.cols());
        if (!format.isQuantised()) {
            arguments.add(weights.stride());
        }
        recording.launch(
                kernel.nameForExperts(format),
                tokens -> Grid.of(
                        Math.ceilDiv(weights.rows(), kernel.rows(format)),
                        rows.mostTiles(in.most(tokens)),
                        kernel.threads()),
                arguments.toArray());
        rounding.written(out);
        splitting.written(out);
    }
}
