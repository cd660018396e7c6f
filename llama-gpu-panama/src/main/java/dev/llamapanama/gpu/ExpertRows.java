// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * In which order the choices of a step's rows are read: as they are, or those of an expert after each other, in tiles whose rows share what is
 * read of the expert. On the device's thread.
 *
 * @param choices address of what {@code choose_experts} leaves
 * @param places memory for which choice comes where, and then for where each comes; null if as they are
 * @param tiles memory for tiles; null if each choice is one
 * @param most choices
 * @param side choices of a tile
 * @param experts that may have a tile that isn't full
 */
record ExpertRows(
        long choices,
        @Nullable DeviceBuffer places,
        @Nullable DeviceBuffer tiles,
        int most,
        int side,
        int experts) {
    private static final int BYTES = 16;
    private static final int THREADS = 1024;

    /** Bytes of so many choices or tiles. */
    static long bytes(int count) {
        return (long) count * BYTES;
    }

    /** Each choice by itself. */
    static ExpertRows asChosen(long choices, int most) {
        return new ExpertRows(choices, null, null, most, 1, 0);
    }

    /** Together with those of the same expert, up to so many. */
    static ExpertRows grouped(Recording recording, long choices, int most, int perToken, int experts, int side) {
        int mostTiles = mostTiles(most, side, experts);
        DeviceBuffer places = recording.workspace().allocate(2L * most * Integer.BYTES);
        DeviceBuffer tiles = recording.workspace().allocate(bytes(mostTiles));
        ExpertRows rows = new ExpertRows(choices, places, tiles, most, side, experts);
        recording.launch(
                "group_experts",
                tokens -> Grid.of(1, THREADS),
                choices,
                recording.step().count(Tensor.Rows.TOKENS, perToken),
                experts,
                side,
                rows.order(),
                rows.placeOfChoice(),
                rows.tileAddress(),
                mostTiles);
        return rows;
    }

    /** Tiles of so many choices at most, empty ones among them. */
    int mostTiles(int choices) {
        return mostTiles(choices, side, experts);
    }

    private static int mostTiles(int choices, int side, int experts) {
        return choices / side + Math.min(experts, choices);
    }

    /** Where the device finds which choice comes where, 0 if as they are. */
    long order() {
        return places == null ? 0 : places.address();
    }

    /** Where it finds where each choice comes, 0 if as they are. */
    long placeOfChoice() {
        return places == null ? 0 : places.address() + (long) most * Integer.BYTES;
    }

    long tileAddress() {
        return tiles == null ? choices : tiles.address();
    }

    /** Gives the memory back. */
    void release(Workspace workspace) {
        if (places != null && tiles != null) {
            workspace.release(places);
            workspace.release(tiles);
        }
    }
}
