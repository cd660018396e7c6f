// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Activations as two halves each, for products of many tokens with weights of 16 bits: once for all products of a tensor that follow
 * each other, and by the kernel that makes the tensor where it is the last one and can. It stores the tensor itself only if another launch
 * wants that. On the device's thread.
 */
final class SplitActivations {
    private static final int WARP = 32;

    /** Elements of a thread of those kernels that split, and threads of a block of them. */
    private static final int EACH = 32;

    private static final int MOST_THREADS = 512;

    /** Tokens of a tile. */
    private static final int TILE = 128;

    private final Recording recording;
    private final LastMade lastMade;
    private final Map<Key, Memory> memory = new HashMap<>();
    /** What was put in the place of makers, by the tensors that they make too. */
    private final Map<DeviceBuffer, RecordedLaunch> variants = new HashMap<>();

    private @Nullable CudaTensor split;

    private record Key(int most, int width) {}

    /** Addresses of what {@code split_halves} leaves: tiles of halves, and scales of rows. */
    private record Memory(long tiles, long scales) {
        List<Long> addresses() {
            return List.of(tiles, scales);
        }
    }

    SplitActivations(Recording recording, LastMade lastMade) {
        this.recording = recording;
        this.lastMade = lastMade;
    }

    /** A block for each row. */
    static StepGrid grid(CudaTensor tensor) {
        int threads = Math.min(MOST_THREADS, Math.ceilDiv(tensor.width(), EACH * WARP) * WARP);
        return tokens -> Grid.of(tensor.most(tokens), threads);
    }

    /** Told of any launch that may write to tensors. */
    void forget() {
        split = null;
    }

    /** Told of a launch that only writes to this. */
    void written(CudaTensor out) {
        if (split != null && split.buffer() == out.buffer()) {
            split = null;
        }
    }

    /**
     * Has the tensor split, unless it is.
     *
     * @param above tokens of a step that needs it are more
     * @param count where the device finds how many rows it needs
     * @return addresses, as the kernels want them
     */
    List<Long> of(CudaTensor in, int above, long count) {
        Memory target = memory.computeIfAbsent(new Key(in.most(), in.width()), this::allocate);
        LastMade.Tensor made = lastMade.take(in);
        if (split == null || split.buffer() != in.buffer()) {
            if (made == null || !isSplitBy(made, above, target)) {
                recording.launchFor(
                        above,
                        Integer.MAX_VALUE,
                        "split_halves",
                        grid(in),
                        in.address(),
                        count,
                        target.tiles,
                        target.scales,
                        in.width());
            }
            split = in;
        }
        return target.addresses();
    }

    private boolean isSplitBy(LastMade.Tensor made, int above, Memory target) {
        Maker maker = made.makers().getFirst();
        StepGrid grid = maker.splitting();
        if (grid == null) {
            return false;
        }
        List<Object> arguments = new ArrayList<>(maker.launch().arguments());
        arguments.addAll(target.addresses());
        arguments.add(1);
        String kernel = maker.launch().kernel().kernel() + "_halves";
        variants.put(made.out().buffer(), recording.replace(maker.launch(), above, kernel, grid, arguments));
        return true;
    }

    /** Told that no launch that follows wants the tensor. */
    void released(CudaTensor tensor) {
        RecordedLaunch launch = variants.remove(tensor.buffer());
        if (launch == null || recording.isUsedAfter(launch, tensor.buffer())) {
            return;
        }
        List<Object> arguments = new ArrayList<>(launch.arguments());
        arguments.set(arguments.size() - 1, 0);
        recording.replace(launch, launch.above(), launch.kernel().kernel(), launch.grid(), arguments);
    }

    private Memory allocate(Key key) {
        Workspace workspace = recording.workspace();
        long halves = 2L * Math.ceilDiv(key.most, TILE) * TILE * key.width;
        return new Memory(
                workspace.allocate(halves * Short.BYTES).address(),
                workspace.allocate((long) key.most * Float.BYTES).address());
    }
}
