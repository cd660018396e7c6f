// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;

/** Cosines and sines of the step's positions, computed once for all layers. */
final class RotaryTables {
    private final Recording recording;
    private final IdentityHashMap<RopeFrequencies, Table> tables = new IdentityHashMap<>();

    /**
     * Addresses on the device.
     *
     * @param cosines {@code [tokens, pairs]}
     * @param sines likewise
     */
    record Table(long cosines, long sines) {}

    RotaryTables(Recording recording) {
        this.recording = recording;
    }

    Table of(RopeFrequencies frequencies) {
        return tables.computeIfAbsent(frequencies, this::record);
    }

    private Table record(RopeFrequencies frequencies) {
        int pairs = frequencies.headDim() / 2;
        DeviceBuffer inverse = recording.table((long) pairs * Double.BYTES, angles -> {
            for (int pair = 0; pair < pairs; pair++) {
                angles.setAtIndex(ValueLayout.JAVA_DOUBLE, pair, frequencies.angle(1, pair));
            }
        });
        Table table = new Table(
                recording.tensor(Tensor.Rows.TOKENS, pairs).address(),
                recording.tensor(Tensor.Rows.TOKENS, pairs).address());
        recording.launchFirst(
                "rope_table",
                tokens -> Grid.of(tokens, 128),
                recording.step().positions(),
                recording.step().count(Tensor.Rows.TOKENS),
                inverse.address(),
                table.cosines,
                table.sines,
                pairs);
        return table;
    }
}
