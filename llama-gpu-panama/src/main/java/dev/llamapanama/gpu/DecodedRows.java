// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows of types that have no kernels, decoded to floats or, in half the space, to halves. */
final class DecodedRows implements RowRepacker {
    /** The largest half. */
    private static final float MOST = 65504;

    /** Halves are exact to 2⁻²⁵ at best, so this keeps at least 16 bits of the largest. */
    private static final float LEAST = 0x1p-9f;

    private final DType type;
    private final PlainRows rows;
    /** Bits of the largest magnitude, which have the order of the numbers, with NaN above all. */
    private final AtomicInteger largest = new AtomicInteger();

    private DecodedRows(DType type, PlainRows rows) {
        this.type = type;
        this.rows = rows;
    }

    static DecodedRows toFloats(DType type) {
        return new DecodedRows(type, PlainRows.FLOATS);
    }

    /** To be discarded if they then turn out not to {@link #fitHalves}. */
    static DecodedRows toHalves(DType type) {
        return new DecodedRows(type, PlainRows.HALVES);
    }

    /** Whether all that was repacked is about as exact in halves: no number too large, and not all of them too small. */
    boolean fitHalves() {
        float most = Float.intBitsToFloat(largest.get());
        return most == 0 || (most >= LEAST && most <= MOST);
    }

    @Override
    public long[] partBytes(int cols) {
        return rows.partBytes(cols);
    }

    @Override
    public void repack(MemorySegment stored, int from, int until, int cols, MemorySegment[] parts) {
        float[] decoded = new float[cols];
        long storedBytes = type.bytes(cols);
        long rowBytes = partBytes(cols)[0];
        int most = 0;
        for (int row = from; row < until; row++) {
            type.decode(stored, row * storedBytes, decoded, 0, cols);
            for (float each : decoded) {
                most = Math.max(most, Float.floatToRawIntBits(each) & Integer.MAX_VALUE);
            }
            write(decoded, parts[0].asSlice(row * rowBytes, rowBytes));
        }
        largest.accumulateAndGet(most, Math::max);
    }

    private void write(float[] decoded, MemorySegment target) {
        if (rows.elementBytes() == Float.BYTES) {
            MemorySegment.copy(decoded, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, decoded.length);
            return;
        }
        for (int i = 0; i < decoded.length; i++) {
            target.set(Little.SHORT, 2L * i, Float.floatToFloat16(decoded[i]));
        }
        target.asSlice(2L * decoded.length).fill((byte) 0);
    }
}
