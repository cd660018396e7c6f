// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.gpu.driver.KernelLaunch;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Buffers of a test of single kernels, which owns them, and launches on them. On the thread that opened the session. */
final class DeviceMemory implements AutoCloseable {
    private final CudaSession session;
    private final Arena arena;
    private final List<Runnable> closing = new ArrayList<>();

    /** @param arena keeps arguments, and is closed later */
    DeviceMemory(CudaSession session, Arena arena) {
        this.session = session;
        this.arena = arena;
    }

    /** The address of memory that nobody wrote. */
    long allocate(long bytes) {
        DeviceBuffer buffer = DeviceBuffer.allocate("test", bytes);
        closing.add(buffer::close);
        return buffer.address();
    }

    private MemorySegment pinned(long bytes) {
        PinnedBuffer buffer = PinnedBuffer.allocate(bytes);
        closing.add(buffer::close);
        return buffer.segment();
    }

    /** The address of memory with a content. */
    long with(MemorySegment content) {
        long address = allocate(content.byteSize());
        session.stream().copyToDevice(pinned(content.byteSize()).copyFrom(content), address);
        return address;
    }

    void launch(String kernel, Grid grid, Object... arguments) {
        new KernelLaunch(arena, session.kernels().kernel(kernel), arguments).on(session.stream(), grid);
    }

    /** Waits for all launches, and reads words of 32 bits. */
    MemorySegment read(long from, int words) {
        MemorySegment to = pinned((long) words * Integer.BYTES);
        session.stream().copyToHost(from, to);
        session.stream().synchronize();
        return MemorySegment.ofArray(to.toArray(JAVA_INT));
    }

    @Override
    public void close() {
        session.stream().synchronize();
        closing.forEach(Runnable::run);
    }
}
