// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Activations as two halves each, for products of many tokens with weights of 16 bits: once for all products of a tensor that follow
 * each other. On the device's thread.
 */
final class SplitActivations {
    private static final int THREADS = 256;

    /** Tokens of a tile. */
    private static final int TILE = 128;

    private final Recording recording;
    private final Map<Key, Memory> memory = new HashMap<>();
    private @Nullable CudaTensor split;

    private record Key(int most, int width) {}

    /** Addresses of what {@code split_halves} leaves: tiles of halves, and scales of rows. */
    private record Memory(long tiles, long scales) {}

    SplitActivations(Recording recording) {
        this.recording = recording;
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
     * @param count where the device finds how many rows it needs
     * @return addresses, as the kernels want them
     */
    List<Long> of(CudaTensor in, long count) {
        Memory target = memory.computeIfAbsent(new Key(in.most(), in.width()), this::allocate);
        if (split == null || split.buffer() != in.buffer()) {
            recording.launch(
                    "split_halves",
                    tokens -> Grid.of(in.most(tokens), THREADS),
                    in.address(),
                    count,
                    target.tiles,
                    target.scales,
                    in.width());
            split = in;
        }
        return List.of(target.tiles, target.scales);
    }

    private Memory allocate(Key key) {
        Workspace workspace = recording.workspace();
        long halves = 2L * Math.ceilDiv(key.most, TILE) * TILE * key.width;
        return new Memory(
                workspace.allocate(halves * Short.BYTES).address(),
                workspace.allocate((long) key.most * Float.BYTES).address());
    }
}
