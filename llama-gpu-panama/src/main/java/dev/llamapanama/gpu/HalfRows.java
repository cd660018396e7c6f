// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows of halves or bfloats, which stay as they are, but for padding; it is noted whether tensor cores can multiply them. */
final class HalfRows implements RowRepacker {
    /** Bits of the first magnitude that isn't finite. */
    private static final int INFINITE_HALF = 0x7c00;

    /** Bits of 2⁹: kernels take bfloats for halves of 2⁷ times as much. */
    private static final int TOO_LARGE_BFLOAT = 0x4400;

    /** Bits of 2⁻⁹, of which those halves keep 23 bits. */
    private static final int LEAST_BFLOAT = 0x3b00;

    private final DType type;
    /** Bits of the largest magnitude, which have the order of the numbers, with NaN above all. */
    private final AtomicInteger largest = new AtomicInteger();

    /** Of {@code F16} or {@code BF16}. */
    HalfRows(DType type) {
        this.type = type;
    }

    /** Whether all that was repacked is finite and, as halves, about as exact. */
    boolean fitTensorCores() {
        int most = largest.get();
        return type == DType.F16
                ? most < INFINITE_HALF
                : most == 0 || (most >= LEAST_BFLOAT && most < TOO_LARGE_BFLOAT);
    }

    @Override
    public long[] partBytes(int cols) {
        return PlainRows.HALVES.partBytes(cols);
    }

    @Override
    public void repack(MemorySegment stored, int from, int until, int cols, MemorySegment[] parts) {
        PlainRows.HALVES.repack(stored, from, until, cols, parts);
        short[] row = new short[cols];
        int most = 0;
        for (int r = from; r < until; r++) {
            MemorySegment.copy(stored, Little.SHORT, (long) r * cols * Short.BYTES, row, 0, cols);
            for (short each : row) {
                most = Math.max(most, each & Short.MAX_VALUE);
            }
        }
        largest.accumulateAndGet(most, Math::max);
    }
}
