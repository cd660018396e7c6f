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
    private final Recording recording;
    private final ActivationRounding rounding;
    private final SplitActivations splitting;
    private final ColumnParts columnParts;
    private final LastMade lastMade;

    Products(Recording recording, ActivationRounding rounding, LastMade lastMade) {
        this.recording = recording;
        this.rounding = rounding;
        this.lastMade = lastMade;
        splitting = new SplitActivations(recording, lastMade);
        columnParts = new ColumnParts(recording);
    }

    /** {@code out = in · weightᵀ}, or {@code +=}. */
    void linear(CudaTensor in, CudaWeights weight, Epilogue epilogue, CudaTensor out) {
        multiply(in, List.of(weight), epilogue, List.of(out));
    }

    /** Of matrices that are alike. */
    private void multiply(CudaTensor in, List<CudaWeights> weights, Epilogue epilogue, List<CudaTensor> outs) {
        CudaWeights first = weights.getFirst();
        CudaSession session = recording.session();
        for (ProductKernel.Use use :
                ProductKernel.forPlan(in.most(), first, session.target(), session.roundPrompts())) {
            int together = use.kernel().takesSeveral(first.format()) ? weights.size() : 1;
            for (int i = 0; i < weights.size(); i += together) {
                launch(in, weights.subList(i, i + together), epilogue, outs.subList(i, i + together), use);
            }
        }
        written(in, outs);
    }

    private void written(CudaTensor in, List<CudaTensor> outs) {
        for (CudaTensor out : outs) {
            requireTwo(in, out);
            written(out);
        }
    }

    private void launch(
            CudaTensor in, List<CudaWeights> weights, Epilogue epilogue, List<CudaTensor> outs, ProductKernel.Use use) {
        ProductKernel kernel = use.kernel();
        CudaWeights weight = weights.getFirst();
        int rowsAbove = use.rowsAbove(in);
        long count = recording.step().count(in.rows(), rowsAbove, use.most());
        List<Long> activations = activations(
                in,
                weight.format(),
                kernel,
                use.above(),
                recording.step().count(in.rows(), rowsAbove, Integer.MAX_VALUE));
        if (kernel.hasParts(weight.format())) {
            columnParts.launch(in, weights, epilogue, outs, use, activations, count);
            return;
        }
        List<Object> arguments = new ArrayList<>(weight.parts());
        arguments.addAll(activations);
        Collections.addAll(arguments, count, outs.getFirst().address(), weight.rows(), weight.cols());
        if (!weight.format().isQuantised()) {
            arguments.add(weight.stride());
        }
        arguments.add(epilogue == Epilogue.ADD ? 1 : 0);
        recording.launchFor(
                use.above(),
                use.mostTokens(in),
                kernel.name(weight.format()),
                tokens -> kernel.grid(Math.ceilDiv(weight.rows(), kernel.rows(weight.format())), use.most(in, tokens)),
                arguments.toArray());
    }

    /** Told of any other launch that may write to tensors. */
    void forget() {
        splitting.forget();
    }

    /** Told that no operation that follows reads the tensor. */
    void released(CudaTensor tensor) {
        splitting.released(tensor);
    }

    private void written(CudaTensor out) {
        rounding.written(out);
        splitting.written(out);
        lastMade.forget();
    }

    private static void requireTwo(CudaTensor in, CudaTensor out) {
        if (in.buffer() == out.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
    }

    private List<Long> activations(CudaTensor in, DeviceFormat format, ProductKernel kernel, int above, long count) {
        if (!format.isQuantised()) {
            return kernel.isOfTensorCores() ? splitting.of(in, above, count) : List.of(in.address());
        }
        List<Long> rounded = rounding.of(in).addresses();
        return format.hasMinima() ? rounded : rounded.subList(0, 2);
    }

    /**
     * {@code outᵢ = in · weightᵢᵀ}: in one launch where there is a kernel for it, if the weights have one format.
     *
     * @param weights two or three matrices
     */
    void linears(CudaTensor in, List<CudaWeights> weights, List<CudaTensor> outs) {
        DeviceFormat format = weights.getFirst().format();
        boolean areOfOneFormat = weights.stream().allMatch(weight -> weight.format() == format);
        if (in.most() == 1 && areOfOneFormat) {
            launchForOne(in, format, weights, outs);
        } else if (areOfOneFormat && areForSameKernels(weights)) {
            multiply(in, weights, Epilogue.STORE, outs);
        } else {
            for (int i = 0; i < weights.size(); i++) {
                linear(in, weights.get(i), Epilogue.STORE, outs.get(i));
            }
        }
    }

    private static boolean areForSameKernels(List<CudaWeights> weights) {
        return weights.stream().map(ProductKernel::isForTensorCores).distinct().count() == 1;
    }

    private void launchForOne(CudaTensor in, DeviceFormat format, List<CudaWeights> weights, List<CudaTensor> outs) {
        List<Matrix> matrices = Matrix.of(weights, outs);
        List<Object> arguments = Matrix.arguments(matrices);
        arguments.addAll(format.isQuantised() ? rounding.of(in).addresses() : List.of(in.address()));
        Collections.addAll(arguments, recording.step().count(in.rows()), in.width());
        if (!format.isQuantised()) {
            arguments.add(weights.getFirst().stride());
        }
        ProductKernel kernel = ProductKernel.T1;
        Grid grid = Grid.of(Matrix.blocks(matrices, kernel.rows(format)), kernel.threads());
        recording.launch("linears_" + format.suffix() + "_t1", tokens -> grid, arguments.toArray());
        written(in, outs);
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
                        : activations(in, format, kernel, 0, recording.count(in)));
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
        written(out);
    }
}
