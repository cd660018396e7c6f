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

    /** Frees all that is left, the last first, and returns their names. */
    List<String> closeAll() {
        List<Object> left;
        synchronized (this) {
            left = List.copyOf(open.keySet()).reversed();
        }
        left.forEach(this::close);
        return left.stream().map(Object::toString).toList();
    }
}
