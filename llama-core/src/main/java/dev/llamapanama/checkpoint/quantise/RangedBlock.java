// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/** A block of 32 numbers under one scale and one minimum, which come first. */
abstract class RangedBlock extends BlockQuantiser {
    private final int top;
    private final RangeSearch search;
    private final int[] codes = new int[32];

    RangedBlock(DType type, int top) {
        super(type);
        this.top = top;
        this.search = new RangeSearch(top, false);
    }

    /** Stores the codes behind scale and minimum. */
    abstract void pack(int[] codes, byte[] block);

    @Override
    final void store(float[] values, int start, byte[] block) {
        search.fit(values, start, codes.length);
        float d = Halves.nearest(search.scale());
        float m = Halves.nearest(search.offset());
        float inverse = Halves.inverse(d);
        for (int i = 0; i < codes.length; i++) {
            codes[i] = RangeSearch.code(values[start + i], inverse, m, top);
        }
        Halves.put(block, 0, d);
        Halves.put(block, 2, m);
        pack(codes, block);
    }
}
