// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.events.MemoryAwaited;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A wait for pages of keys and values. */
@Name("dev.llamapanama.KvWait")
@Label("Wait for KV Pages")
@Description("A sequence waited for pages of keys and values that others held")
@Category("Llama Panama")
final class KvWaitEvent extends Event {
    @Label("Pages")
    int pages;

    @Label("Granted")
    boolean granted;

    private final transient long start = System.nanoTime();

    KvWaitEvent() {
        begin();
    }

    void end(int pages, boolean granted, Telemetry telemetry) {
        this.pages = pages;
        this.granted = granted;
        commit();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        telemetry.tell(listener -> listener.memoryAwaited(new MemoryAwaited(pages, granted, took)));
    }
}
