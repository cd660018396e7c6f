// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** A block of 32 numbers under one scale, which comes first. */
abstract class ScaledBlock extends BlockQuantiser {
    private final Levels levels;
    private final ScaleSearch search;
    private final int[] codes = new int[32];

    ScaledBlock(DType type, Levels levels) {
        super(type);
        this.levels = levels;
        this.search = new ScaleSearch(levels);
    }

    /** Stores the codes behind the scale. */
    abstract void pack(int[] codes, byte[] block);

    @Override
    final void store(float[] values, int start, byte[] block) {
        float d = Halves.nearest(search.scale(values, start, codes.length));
        float inverse = Halves.inverse(d);
        for (int i = 0; i < codes.length; i++) {
            codes[i] = levels.code(values[start + i] * inverse);
        }
        Halves.put(block, 0, d);
        pack(codes, block);
    }
}
