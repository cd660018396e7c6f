// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the pages of a pool, each to one sequence that may write it or to several that only read it, and remembers those that others
 * may begin with. A sequence gets all pages it may ever need before it starts, and waits for them if others
 * hold them: that way no two sequences can block each other half-way. Safe for many threads. A small request may overtake a large
 * one that waits: strict order would block a thread that holds a sequence and begins another.
 */
final class KvPages {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition released = lock.newCondition();
    private final int[] free;
    /** Of each page: sequences, and the cache of prefixes. */
    private final int[] users;

    private final PrefixCache prefixes;
    private final Telemetry telemetry;
    private int available;
    private boolean closed;

    /** @param cached pages that are kept for those who begin with the same tokens, at most */
    KvPages(KvPool pool, int cached, Telemetry telemetry) {
        this.telemetry = telemetry;
        free = new int[pool.pages()];
        users = new int[free.length];
        prefixes = new PrefixCache(cached);
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
     * @throws CancellationException if it is cancelled while it waits, or the thread is interrupted, which it stays
     * @throws ModelClosedException if the model is closed before that
     */
    int[] acquire(int count, Cancellation cancellation) {
        if (count > free.length) {
            throw new IllegalArgumentException("KV cache: found a request for " + count * KvLayout.PAGE_TOKENS
                    + " positions, expected at most " + positions() + " (see kvCacheBytes of LlamaOptions)");
        }
        int[] pages = takeIfFree(count);
        return pages == null ? await(count, cancellation) : pages;
    }

    private int[] await(int count, Cancellation cancellation) {
        KvWaitEvent event = new KvWaitEvent();
        boolean granted = false;
        try {
            int[] pages = takeWhenFree(count, cancellation);
            granted = true;
            return pages;
        } finally {
            event.end(count, granted, telemetry);
        }
    }

    private int[] takeWhenFree(int count, Cancellation cancellation) {
        lock.lock();
        try {
            requireOpen();
            while (!makeFree(count)) {
                if (cancellation.hasCome()) {
                    throw new CancellationException("cancelled while waiting for KV pages");
                }
                cancellation.await(released);
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
            return makeFree(count) ? take(count) : null;
        } finally {
            lock.unlock();
        }
    }

    private int[] take(int count) {
        int[] taken = new int[count];
        for (int i = 0; i < count; i++) {
            taken[i] = free[--available];
            users[taken[i]] = 1;
        }
        KvPoolEvent.emit(free.length, available);
        return taken;
    }

    private void requireOpen() {
        if (closed) {
            throw new ModelClosedException();
        }
    }

    /** Makes so many pages free, if need be by forgetting prefixes that nobody uses. */
    private boolean makeFree(int count) {
        List<Integer> given = new ArrayList<>();
        while (available + given.size() < count && prefixes.evict(this::isUnused, given)) {}
        given.forEach(this::leave);
        return available >= count;
    }

    /** Whether nobody but the cache of prefixes has it. */
    private boolean isUnused(int page) {
        return users[page] == 1;
    }

    private void leave(int page) {
        if (--users[page] == 0) {
            free[available++] = page;
        }
    }

    /**
     * Takes the pages of the longest prefix that is known, for reading only.
     *
     * @param adapter by which they were computed, or null for none
     * @param ids tokens, of which it has {@code tokens} at most
     */
    int[] takePrefix(@Nullable LoadedAdapter adapter, int[] ids, int tokens) {
        lock.lock();
        try {
            int[] found = prefixes.find(adapter, ids, tokens);
            share(found);
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Takes pages that another has, too, for reading only. */
    void share(int[] pages) {
        lock.lock();
        try {
            for (int page : pages) {
                users[page]++;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Remembers pages for those who begin with the same tokens; they are only read from now on.
     *
     * @param adapter by which they were computed, or null for none
     */
    void publish(@Nullable LoadedAdapter adapter, int[] ids, int[] full) {
        lock.lock();
        try {
            if (adapter != null && adapter.isClosed()) {
                return;
            }
            PrefixCache.Change change = prefixes.add(adapter, ids, full, this::isUnused);
            change.kept().forEach(page -> users[page]++);
            change.given().forEach(this::leave);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Remembers nothing any more that was computed by an adapter, which is closed. */
    void forget(LoadedAdapter adapter) {
        lock.lock();
        try {
            prefixes.forget(adapter).forEach(this::leave);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void release(int[] pages) {
        lock.lock();
        try {
            for (int i = pages.length - 1; i >= 0; i--) {
                leave(pages[i]);
            }
            KvPoolEvent.emit(free.length, available);
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
