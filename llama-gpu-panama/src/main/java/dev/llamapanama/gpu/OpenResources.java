// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceThread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What lives on a backend and isn't closed yet, with how it is freed on the device's thread. Safe for many threads. */
final class OpenResources {
    private final DeviceThread thread;
    private final Map<Object, Runnable> open = new LinkedHashMap<>();

    OpenResources(DeviceThread thread) {
        this.thread = thread;
    }

    /**
     * Takes note of one.
     *
     * @param resource compared by identity, so it must not define equality otherwise
     * @param free runs once, on the device's thread
     */
    synchronized void add(Object resource, Runnable free) {
        open.put(resource, free);
    }

    /** Frees one, unless that has been done. */
    void close(Object resource) {
        Runnable free = remove(resource);
        if (free != null) {
            thread.run(free);
        }
    }

    private synchronized @Nullable Runnable remove(Object resource) {
        return open.remove(resource);
    }

    /** What isn't closed, in the order of its making. */
    synchronized List<Object> left() {
        return List.copyOf(open.keySet());
    }

    /**
     * Frees all that is left, the last first: after a fault of the device every call fails, and yet nobody must write to memory that is gone.
     *
     * @throws RuntimeException the first failure, after all have been tried
     */
    void closeAll() {
        RuntimeException failure = null;
        for (Object resource : left().reversed()) {
            try {
                close(resource);
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
