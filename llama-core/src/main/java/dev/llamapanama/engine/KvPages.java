// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the pages of a pool. A sequence gets all pages it may ever need before it starts, and waits for them if others
 * hold them: that way no two sequences can block each other half-way. Safe for many threads. A small request may overtake a large
 * one that waits: strict order would block a thread that holds a sequence and begins another.
 */
final class KvPages {
    private static final Logger LOG = LoggerFactory.getLogger(KvPages.class);

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition released = lock.newCondition();
    private final int[] free;
    private int available;
    private boolean closed;

    KvPages(KvPool pool) {
        free = new int[pool.pages()];
        for (int i = 0; i < free.length; i++) {
            free[i] = free.length - 1 - i;
        }
        available = free.length;
    }

    /** Positions that all pages hold together. */
    int positions() {
        return free.length * KvLayout.PAGE_TOKENS;
    }

    /**
     * Takes pages, waiting until there are as many.
     *
     * @throws IllegalArgumentException if there will never be as many
     * @throws CancellationException if the thread is interrupted while it waits; it stays interrupted
     */
    int[] acquire(int count) {
        if (count > free.length) {
            throw new IllegalArgumentException("KV cache: found a request for " + count * KvLayout.PAGE_TOKENS
                    + " positions, expected at most " + positions() + " (see kvCacheBytes of LlamaOptions)");
        }
        lock.lock();
        try {
            requireOpen();
            if (available < count) {
                LOG.warn("Waiting for {} pages of the KV cache; {} of {} are free", count, available, free.length);
            }
            while (available < count) {
                released.await();
                requireOpen();
            }
            return take(count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted while waiting for KV pages").initCause(e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes pages, or returns null where there aren't as many at the moment. */
    int @Nullable [] takeIfFree(int count) {
        lock.lock();
        try {
            requireOpen();
            return available < count ? null : take(count);
        } finally {
            lock.unlock();
        }
    }

    private int[] take(int count) {
        int[] taken = new int[count];
        for (int i = 0; i < count; i++) {
            taken[i] = free[--available];
        }
        return taken;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    void release(int[] pages) {
        lock.lock();
        try {
            for (int i = pages.length - 1; i >= 0; i--) {
                free[available++] = pages[i];
            }
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting. */
    void close() {
        lock.lock();
        try {
            closed = true;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
