// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Activations rounded for products with integers: once for all products of a tensor that follow each other, and by the kernel that makes the
 * tensor where it is the last one and can. On the device's thread.
 */
final class ActivationRounding {
    /** Elements that share a scale. */
    private static final int BLOCK = 32;
    /** Threads of a block of those kernels that round, and elements of each. */
    private static final int THREADS = 256;

    private static final int EACH = 4;

    private final Recording recording;
    private final Map<Long, Memory> memory = new HashMap<>();
    private @Nullable CudaTensor rounded;
    private @Nullable Made last;

    /**
     * Addresses of what {@code quantise_q8} leaves.
     *
     * @param quants integers
     * @param scales of blocks
     * @param sums of blocks
     */
    record Memory(long quants, long scales, long sums) {
        List<Long> addresses() {
            return List.of(quants, scales, sums);
        }
    }

    /**
     * A launch that makes a tensor or rows of it. The variant of its kernel that rounds them too has _q8 in the name, and three arguments more:
     * where to.
     *
     * @param grid of the variant
     */
    record Maker(String kernel, StepGrid grid, List<Object> arguments) {}

    /** A tensor that the last launches made. */
    private record Made(CudaTensor out, List<Maker> makers) {}

    ActivationRounding(Recording recording) {
        this.recording = recording;
    }

    /** As many blocks as a row of {@code quantise_q8} has. */
    static StepGrid grid(CudaTensor tensor) {
        return tokens -> Grid.of(Math.ceilDiv(tensor.width(), THREADS * EACH), tensor.most(tokens), THREADS);
    }

    /** Told of any launch that may write to tensors. */
    void forget() {
        rounded = null;
        last = null;
    }

    /** Told of a launch that only writes to this. */
    void written(CudaTensor out) {
        last = null;
        if (rounded != null && rounded.buffer() == out.buffer()) {
            rounded = null;
        }
    }

    /**
     * Told of launches that make a tensor, the last ones, and could round it as well if what the threads of each make together are whole blocks.
     *
     * @param together so many elements of a row
     */
    void madeBy(CudaTensor out, int together, List<Maker> makers) {
        forget();
        if (together % BLOCK == 0) {
            last = new Made(out, makers);
        }
    }

    /** Has the tensor rounded, unless it is. */
    Memory of(CudaTensor in) {
        Memory target = memory.computeIfAbsent((long) in.most() * in.width(), this::allocate);
        if (rounded == null || rounded.buffer() != in.buffer()) {
            round(in, target);
            rounded = in;
        }
        last = null;
        return target;
    }

    private void round(CudaTensor in, Memory target) {
        Made made = last;
        if (made != null && made.out.buffer() == in.buffer()) {
            int following = made.makers.size();
            for (Maker maker : made.makers) {
                List<Object> arguments = new ArrayList<>(maker.arguments);
                arguments.addAll(target.addresses());
                recording.replace(--following, maker.kernel + "_q8", maker.grid, arguments.toArray());
            }
            return;
        }
        recording.launch(
                "quantise_q8",
                grid(in),
                in.address(),
                recording.count(in),
                target.quants,
                target.scales,
                target.sums,
                in.width());
    }

    private Memory allocate(long elements) {
        Workspace workspace = recording.workspace();
        long scales = elements / BLOCK * Float.BYTES;
        return new Memory(
                workspace.allocate(elements).address(),
                workspace.allocate(scales).address(),
                workspace.allocate(scales).address());
    }
}
