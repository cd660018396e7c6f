// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

/**
 * Where a model departs from full causal attention with RoPE in every layer: the iRoPE of Llama 4.
 *
 * @param nopeInterval layer {@code l} has no RoPE when {@code (l + 1) % nopeInterval == 0}; 0: every layer has it
 * @param chunkSize RoPE layers attend within chunks of so many positions; 0: no chunks
 * @param queryKeyNorm whether queries and keys of RoPE layers are RMS-normalised (without weight) after the rotation
 * @param temperatureFloor on layers without RoPE queries are scaled by
 *     {@code 1 + temperatureScale · ln(⌊(position + 1) / temperatureFloor⌋ + 1)}; 0: no such scaling
 * @param temperatureScale see {@code temperatureFloor}
 */
public record AttentionPattern(
        int nopeInterval, int chunkSize, boolean queryKeyNorm, int temperatureFloor, double temperatureScale) {

    /** Llama 1 to 3.3: RoPE and full causal attention everywhere. */
    public static final AttentionPattern FULL = new AttentionPattern(0, 0, false, 0, 0);

    public AttentionPattern {
        Require.that(nopeInterval >= 0, "nope interval", nopeInterval, "0 or more");
        Require.that(chunkSize >= 0, "attention chunk size", chunkSize, "0 or more");
        Require.that(temperatureFloor >= 0, "attention temperature floor", temperatureFloor, "0 or more");
        Require.that(
                Double.isFinite(temperatureScale), "attention temperature scale", temperatureScale, "a finite number");
    }

    /** Whether the layer (from 0) rotates its queries and keys. */
    public boolean hasRope(int layer) {
        return nopeInterval == 0 || (layer + 1) % nopeInterval != 0;
    }

    /** How many of so many layers rotate their queries and keys. */
    public int ropeLayers(int layers) {
        return nopeInterval == 0 ? layers : layers - layers / nopeInterval;
    }
}
