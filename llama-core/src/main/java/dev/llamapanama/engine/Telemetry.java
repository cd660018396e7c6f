// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.events.LlamaListener;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener what happens, whose failures are its own. */
public final class Telemetry {
    /** For those who are told nothing. */
    static final Telemetry NONE = new Telemetry(LlamaListener.NONE);

    private static final Logger LOG = LoggerFactory.getLogger(LlamaListener.class);

    private final LlamaListener listener;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    Telemetry(LlamaListener listener) {
        this.listener = listener;
    }

    /** Tells it. */
    public void tell(Consumer<LlamaListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            if (hasFailed.compareAndSet(false, true)) {
                LOG.warn("A listener has failed; this is said once", e);
            }
        }
    }
}
