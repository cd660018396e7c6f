// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Brings weights to the device, piece by piece through pinned memory: while one piece is on its way, all cores repack the next. On the
 * device's thread.
 */
final class WeightUpload implements AutoCloseable {
    /** Bytes of a piece, on the device. */
    private static final long PIECE = 16 << 20;

    private final Stream stream;
    private final PinnedBuffer[] staging = new PinnedBuffer[2];
    private int next;

    WeightUpload(Stream stream) {
        this.stream = stream;
        for (int i = 0; i < staging.length; i++) {
            staging[i] = PinnedBuffer.allocate(PIECE);
        }
    }

    /**
     * Repacks and copies a matrix.
     *
     * @param target room for {@link #bytes}
     * @return where the parts of the layout begin
     */
    long[] upload(DType type, Shape shape, WeightSource source, RowRepacker repacker, DeviceBuffer target) {
        int cols = (int) shape.cols();
        int rows = (int) shape.rows();
        long[] partBytes = repacker.partBytes(cols);
        long[] parts = addresses(partBytes, rows, target.address());
        long stored = type.bytes(cols);
        int most = Math.clamp((PIECE - slack(partBytes)) / sum(partBytes), 1, rows);
        reserve(most * sum(partBytes) + slack(partBytes));
        for (int first = 0; first < rows; first += most) {
            int count = Math.min(most, rows - first);
            MemorySegment[] staged = cut(staging[next].segment(), partBytes, count);
            source.read(first * stored, count * stored, piece -> repack(repacker, piece, count, cols, staged));
            stream.synchronize();
            for (int i = 0; i < parts.length; i++) {
                stream.copyToDevice(staged[i], parts[i] + first * partBytes[i]);
            }
            next = 1 - next;
        }
        stream.synchronize();
        return parts;
    }

    /** Bytes that a matrix takes on the device. */
    static long bytes(RowRepacker repacker, Shape shape) {
        long bytes = 0;
        for (long part : repacker.partBytes((int) shape.cols())) {
            bytes += aligned(part * shape.rows());
        }
        return bytes;
    }

    private static long[] addresses(long[] partBytes, int rows, long start) {
        long[] addresses = new long[partBytes.length];
        for (int i = 0; i < partBytes.length; i++) {
            addresses[i] = start;
            start += aligned(partBytes[i] * rows);
        }
        return addresses;
    }

    private static void repack(RowRepacker repacker, MemorySegment piece, int rows, int cols, MemorySegment[] parts) {
        int shares = Math.min(rows, 4 * Runtime.getRuntime().availableProcessors());
        IntStream shared = IntStream.range(0, shares);
        (piece.byteSize() < PIECE / 64 ? shared : shared.parallel())
                .forEach(share -> repacker.repack(
                        piece,
                        (int) ((long) rows * share / shares),
                        (int) ((long) rows * (share + 1) / shares),
                        cols,
                        parts));
    }

    private static MemorySegment[] cut(MemorySegment staging, long[] partBytes, int rows) {
        MemorySegment[] parts = new MemorySegment[partBytes.length];
        long at = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = staging.asSlice(at, partBytes[i] * rows);
            at += aligned(partBytes[i] * rows);
        }
        return parts;
    }

    /** Makes room for a single row that is longer than a piece. */
    private void reserve(long bytes) {
        for (int i = 0; i < staging.length; i++) {
            if (staging[i].segment().byteSize() < bytes) {
                staging[i].close();
                staging[i] = PinnedBuffer.allocate(bytes);
            }
        }
    }

    private static long sum(long[] partBytes) {
        return IntStream.range(0, partBytes.length).mapToLong(i -> partBytes[i]).sum();
    }

    private static long slack(long[] partBytes) {
        return partBytes.length * DeviceBuffer.ALIGNMENT;
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, DeviceBuffer.ALIGNMENT) * DeviceBuffer.ALIGNMENT;
    }

    @Override
    public void close() {
        for (PinnedBuffer each : staging) {
            each.close();
        }
    }
}
