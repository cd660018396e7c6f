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
    private final LastMade lastMade;
    private final Map<Long, Memory> memory = new HashMap<>();
    private @Nullable CudaTensor rounded;

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

    ActivationRounding(Recording recording, LastMade lastMade) {
        this.recording = recording;
        this.lastMade = lastMade;
    }

    /** As many blocks as a row of {@code quantise_q8} has. */
    static StepGrid grid(CudaTensor tensor) {
        return tokens -> Grid.of(Math.ceilDiv(tensor.width(), THREADS * EACH), tensor.most(tokens), THREADS);
    }

    /** Told of any launch that may write to tensors. */
    void forget() {
        rounded = null;
    }

    /** Told of a launch that only writes to this. */
    void written(CudaTensor out) {
        if (rounded != null && rounded.buffer() == out.buffer()) {
            rounded = null;
        }
    }

    /** Has the tensor rounded, unless it is. */
    Memory of(CudaTensor in) {
        Memory target = memory.computeIfAbsent((long) in.most() * in.width(), this::allocate);
        LastMade.Tensor made = lastMade.take(in);
        if (rounded == null || rounded.buffer() != in.buffer()) {
            round(in, made, target);
            rounded = in;
        }
        return target;
    }

    private void round(CudaTensor in, LastMade.@Nullable Tensor made, Memory target) {
        if (made != null && made.together() % BLOCK == 0) {
            for (Maker maker : made.makers()) {
                RecordedLaunch launch = maker.launch();
                List<Object> arguments = new ArrayList<>(launch.arguments());
                arguments.addAll(target.addresses());
                recording.replace(
                        launch, launch.above(), launch.kernel().kernel() + "_q8", maker.rounding(), arguments);
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
