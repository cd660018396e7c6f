// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of the host that the device reads and writes by itself. Made and closed on the device's thread; its segment may be used on any, and
 * by none once it is closed.
 */
@SuppressWarnings("restricted")
public final class PinnedBuffer implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    private PinnedBuffer(long address, long bytes) {
        segment =
                MemorySegment.ofAddress(address).reinterpret(bytes, arena, null).fill((byte) 0);
    }

    /**
     * Allocates zeros.
     *
     * @param bytes at least 1
     */
    public static PinnedBuffer allocate(long bytes) {
        return new PinnedBuffer(OutParameter.readLong(out -> DriverFunction.HOST_ALLOCATE.call(out, bytes, 0)), bytes);
    }

    /** The memory. */
    public MemorySegment segment() {
        return segment;
    }

    /** Frees it. Idempotent. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            long address = segment.address();
            arena.close();
            DriverFunction.HOST_FREE.call(address);
        }
    }
}
