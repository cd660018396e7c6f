// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.Arrays;
import java.util.Random;

/** Blocks that no quantiser would make and a file may hold. */
public final class BlockPatterns {
    /** Smallest subnormal, largest subnormal, 1, −1/3, largest, smallest negative. */
    private static final short[] HALVES = {1, 0x3ff, 0x3c00, (short) 0xb555, 0x7bff, (short) 0x8001};

    private BlockPatterns() {}

    /**
     * Blocks in which every byte takes every value, but for the halves, which are extreme.
     *
     * @param times how often, each time beside others
     */
    public static byte[] everyByte(DType type, int times) {
        Random random = new Random(23);
        BlockLayout layout = BlockLayout.of(type);
        byte[] block = new byte[type.blockBytes()];
        byte[] first = new byte[block.length];
        byte[] step = new byte[block.length];
        byte[] stored = new byte[times * 256 * block.length];
        for (int b = 0; b < times * 256; b++) {
            if (b % 256 == 0) {
                random.nextBytes(first);
                random.nextBytes(step);
            }
            for (int i = 0; i < block.length; i++) {
                block[i] = (byte) (first[i] + b * (step[i] | 1));
            }
            layout.dmin().put(block, Float.float16ToFloat(HALVES[random.nextInt(HALVES.length)]));
            layout.d().put(block, Float.float16ToFloat(HALVES[random.nextInt(HALVES.length)]));
            System.arraycopy(block, 0, stored, b * block.length, block.length);
        }
        return stored;
    }

    /** As many blocks of one byte all over, but for the halves, which are 1. */
    public static byte[] uniform(DType type, int value, int blocks) {
        BlockLayout layout = BlockLayout.of(type);
        byte[] block = new byte[type.blockBytes()];
        Arrays.fill(block, (byte) value);
        layout.dmin().put(block, 1);
        layout.d().put(block, 1);
        byte[] stored = new byte[blocks * block.length];
        for (int b = 0; b < blocks; b++) {
            System.arraycopy(block, 0, stored, b * block.length, block.length);
        }
        return stored;
    }
}
