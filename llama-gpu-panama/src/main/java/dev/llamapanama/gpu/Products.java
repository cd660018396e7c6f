// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Epilogue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records matrix products, and the rounding of activations before them: once for products of the same activations in a row. */
final class Products {
    /** Elements that share a scale. */
    private static final int BLOCK = 32;

    private static final int WARPS = 8;
    /** Rows of weights of a block of threads, a warp each. */
    private static final int ROWS = 4;
    /** Tokens that weights are read for together, where a plan has several. */
    private static final int TOKENS = 8;

    private final Recording recording;
    private final Map<Long, Rounded> memory = new HashMap<>();
    private @Nullable DeviceBuffer prepared;

    /** Memory for rounded activations: integers, scales and sums of blocks. */
    private record Rounded(long quants, long scales, long sums) {}

    Products(Recording recording) {
        this.recording = recording;
    }

    /** Told of any other operation, which may write to what was rounded last. */
    void forget() {
        prepared = null;
    }

    /** {@code out = in · weightᵀ}, or {@code +=}. */
    void linear(CudaTensor in, CudaWeights weight, Epilogue epilogue, CudaTensor out) {
        if (in.buffer() == out.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
        int tokens = in.most() == 1 ? 1 : TOKENS;
        List<Object> arguments = new ArrayList<>(operands(in, weight));
        Collections.addAll(arguments, recording.step().count(in.rows()), out.address(), weight.rows(), weight.cols());
        if (!weight.format().isQuantised()) {
            arguments.add(weight.stride());
        }
        arguments.add(epilogue == Epilogue.ADD ? 1 : 0);
        recording.launch(
                "linear_" + weight.format().suffix() + "_t" + tokens,
                Grid.of(Math.ceilDiv(weight.rows(), ROWS), Math.ceilDiv(in.most(), tokens), 32 * ROWS),
                arguments.toArray());
        if (prepared == out.buffer()) {
            forget();
        }
    }

    private List<Object> operands(CudaTensor in, CudaWeights weight) {
        return switch (weight.format()) {
            case F32, F16, BF16 -> List.of(weight.part(0), in.address());
            case Q8_0, Q4_0 -> {
                Rounded x = rounded(in);
                yield List.of(weight.part(0), weight.part(1), x.quants, x.scales);
            }
            case Q4_K -> {
                Rounded x = rounded(in);
                yield List.of(weight.part(0), weight.part(1), weight.part(2), x.quants, x.scales, x.sums);
            }
            case Q6_K -> {
                Rounded x = rounded(in);
                yield List.of(weight.part(0), weight.part(1), weight.part(2), x.quants, x.scales);
            }
        };
    }

    private Rounded rounded(CudaTensor in) {
        Rounded target = memory.computeIfAbsent((long) in.most() * in.width(), this::allocate);
        if (prepared != in.buffer()) {
            prepared = in.buffer();
            recording.launch(
                    "quantise_q8",
                    Grid.of(Math.ceilDiv(in.width() / BLOCK, WARPS), in.most(), 32 * WARPS),
                    in.address(),
                    recording.step().count(in.rows()),
                    target.quants,
                    target.scales,
                    target.sums,
                    in.width());
        }
        return target;
    }

    private Rounded allocate(long elements) {
        Workspace workspace = recording.workspace();
        long scales = elements / BLOCK * Float.BYTES;
        return new Rounded(
                workspace.allocate(elements).address(),
                workspace.allocate(scales).address(),
                workspace.allocate(scales).address());
    }
}
