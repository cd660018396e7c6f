// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of the device, aligned to 256 bytes; no segment, since nobody here can look into it. Made and closed on the device's thread.
 */
public final class DeviceBuffer implements AutoCloseable {
    /** Every buffer begins at a multiple of so many bytes. */
    public static final long ALIGNMENT = 256;

    private static final int OUT_OF_MEMORY = 2;

    private final long address;
    private final long bytes;
    private boolean open = true;

    private DeviceBuffer(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Allocates memory, its content undefined.
     *
     * @param purpose for the message
     * @param bytes at least 1
     * @throws CudaException if the device has not as much left, with the numbers
     */
    public static DeviceBuffer allocate(String purpose, long bytes) {
        long address = OutParameter.readLong(out -> {
            int code = DriverFunction.MEMORY_ALLOCATE.result(out, bytes);
            if (code == OUT_OF_MEMORY) {
                throw new CudaException(purpose + ": found " + left() + ", expected " + bytes + " bytes free", code);
            }
            if (code != 0) {
                throw DriverFunction.MEMORY_ALLOCATE.failure(code);
            }
        });
        return new DeviceBuffer(address, bytes);
    }

    private static String left() {
        return memory(0) + " bytes of GPU memory free of " + memory(1);
    }

    /** Bytes that nothing takes yet. On the device's thread. */
    public static long free() {
        return memory(0);
    }

    private static long memory(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment freeAndTotal = arena.allocate(ValueLayout.JAVA_LONG, 2);
            DriverFunction.MEMORY_GET_INFO.call(freeAndTotal.address(), freeAndTotal.address() + Long.BYTES);
            return freeAndTotal.getAtIndex(ValueLayout.JAVA_LONG, index);
        }
    }

    /** Where it is, on the device. */
    public long address() {
        return address;
    }

    /** Its size. */
    public long bytes() {
        return bytes;
    }

    /** Frees it. Idempotent. */
    @Override
    public void close() {
        if (open) {
            open = false;
            DriverFunction.MEMORY_FREE.call(address);
        }
    }
}
