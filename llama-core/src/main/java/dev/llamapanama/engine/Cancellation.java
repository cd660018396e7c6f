// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.time.Duration;
import java.util.concurrent.locks.Condition;

/** Tells work to end: when its time is over, or when someone says so. Safe for many threads. */
public final class Cancellation {
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final long start = System.nanoTime();
    private final long nanos;
    private volatile boolean cancelled;

    private Cancellation(long nanos) {
        this.nanos = nanos;
    }

    /** Without an end of time. */
    public static Cancellation never() {
        return new Cancellation(FOREVER);
    }

    /**
     * When so much time from now on is over.
     *
     * @param timeout centuries are for ever
     */
    public static Cancellation after(Duration timeout) {
        boolean countable = timeout.compareTo(Duration.ofNanos(FOREVER)) < 0;
        return new Cancellation(countable ? timeout.toNanos() : FOREVER);
    }

    /** Ends the work at its next step. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether someone has said so. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Whether the time is over. */
    public boolean isOverdue() {
        return left() <= 0;
    }

    /** Whether the work is to end, for one reason or the other. */
    boolean hasCome() {
        return cancelled || isOverdue();
    }

    /** Waits for a signal, but no longer than the time lasts; someone who cancels has to signal. */
    @SuppressWarnings("WaitNotInLoop") // The caller's loop asks what it waits for.
    void await(Condition condition) throws InterruptedException {
        if (nanos == FOREVER) {
            condition.await();
        } else {
            var _ = condition.awaitNanos(left());
        }
    }

    private long left() {
        return nanos - (System.nanoTime() - start);
    }
}
