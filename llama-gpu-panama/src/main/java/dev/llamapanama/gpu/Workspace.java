// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory of a plan on the device. What is given back serves later requests of the same size. On the device's thread. */
final class Workspace implements AutoCloseable {
    /** Kernels may read so many bytes beyond the last row. */
    private static final long SLACK = 256;

    private final List<DeviceBuffer> all = new ArrayList<>();
    private final Map<Long, List<DeviceBuffer>> free = new HashMap<>();

    /** Memory for so many bytes, its content undefined. */
    DeviceBuffer allocate(long bytes) {
        long size = bytes + SLACK;
        List<DeviceBuffer> reusable = free.getOrDefault(size, List.of());
        if (!reusable.isEmpty()) {
            return reusable.removeLast();
        }
        DeviceBuffer made = DeviceBuffer.allocate("workspace of a plan", size);
        all.add(made);
        return made;
    }

    /** Gives memory back: what is recorded from now on may use it. */
    void release(DeviceBuffer buffer) {
        free.computeIfAbsent(buffer.bytes(), size -> new ArrayList<>()).add(buffer);
    }

    @Override
    public void close() {
        all.forEach(DeviceBuffer::close);
    }
}
