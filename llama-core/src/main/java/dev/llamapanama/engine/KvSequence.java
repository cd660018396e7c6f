// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.tensor.KvLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one caller, and the pages that hold the keys and values of those that have been run. Full pages may be shared with
 * other sequences that begin with the same tokens; what a sequence no longer has, it runs again with its next tokens. One thread at a
 * time, but any may close it, which gives the pages back.
 */
public final class KvSequence implements AutoCloseable {
    private static final int PAGE = KvLayout.PAGE_TOKENS;

    private final KvPages owner;
    private final @Nullable LoadedAdapter adapter;
    private int[] pages;
    private int capacity;
    private int[] ids = {};
    private int length;
    /** The first tokens, whose keys and values are in the pages; the rest is run with the next tokens. */
    private int computed;
    /** The first pages, which others read, too: they are never written. */
    private int shared;

    private boolean running;
    private volatile boolean closed;

    /** @param adapter by which its keys and values are computed, or null for none */
    KvSequence(KvPages owner, @Nullable LoadedAdapter adapter, int[] pages, int capacity) {
        this.owner = owner;
        this.adapter = adapter;
        this.pages = pages;
        this.capacity = capacity;
    }

    /** By which its keys and values are computed, or null for none. */
    @Nullable
    LoadedAdapter adapter() {
        return adapter;
    }

    /** Its tokens so far. */
    public int length() {
        return length;
    }

    /** Begins with tokens whose keys and values the first pages have got, all but some of the last. */
    void begin(int[] known, int computedOfThem) {
        ids = Arrays.copyOf(known, Math.max(1, known.length));
        length = known.length;
        computed = computedOfThem;
    }

    /** Positions that it may have. */
    public int capacity() {
        return capacity;
    }

    /** Its tokens so far; a copy. */
    public int[] ids() {
        return Arrays.copyOf(ids, length);
    }

    /**
     * Forgets all positions from the given one on.
     *
     * @param length at most the present length
     */
    public void rewind(int length) {
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException("rewind: found " + length + ", expected 0 to " + this.length);
        }
        this.length = length;
        compute(Math.min(computed, length));
    }

    /** Goes back to so many computed tokens, and leaves shared pages that would have to be written. */
    private synchronized void compute(int tokens) {
        computed = tokens;
        if (shared > computed / PAGE) {
            shared = computed / PAGE;
            computed = shared * PAGE;
            leave(shared);
        }
    }

    /** Gives the pages from an index on back. */
    private void leave(int from) {
        if (!closed) {
            owner.release(Arrays.copyOfRange(pages, from, pages.length));
            pages = Arrays.copyOf(pages, from);
        }
    }

    /**
     * A second sequence with the same tokens, as long as this one may be. It waits for no memory, but its first tokens may.
     */
    public synchronized KvSequence fork() {
        requireOpen();
        shared = computed / PAGE;
        int[] common = Arrays.copyOf(pages, shared);
        owner.share(common);
        KvSequence fork = new KvSequence(owner, adapter, common, capacity);
        fork.shared = shared;
        fork.computed = shared * PAGE;
        fork.ids = ids();
        fork.length = length;
        return fork;
    }

    /**
     * Makes room for so many positions. Where others hold the pages, it gives its own back, and waits for all of them at once, so that no two
     * sequences can block each other; its tokens are run again then.
     */
    void reserve(int positions, Cancellation cancellation) {
        capacity = Math.max(capacity, positions);
        int missing = KvLayout.pagesFor(capacity) - pages.length;
        if (missing == 0) {
            return;
        }
        int[] more = owner.takeIfFree(missing);
        if (more == null) {
            forget();
            more = owner.acquire(KvLayout.pagesFor(capacity), cancellation);
        }
        add(more);
    }

    private synchronized void forget() {
        computed = 0;
        shared = 0;
        leave(0);
    }

    private synchronized void add(int[] more) {
        if (closed) {
            owner.release(more);
            requireOpen();
        }
        int before = pages.length;
        pages = Arrays.copyOf(pages, before + more.length);
        System.arraycopy(more, 0, pages, before, more.length);
    }

    void requireOpen() {
        RuntimeException refusal = refusal();
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Why it can't be run any more, or null. */
    @Nullable
    RuntimeException refusal() {
        if (closed) {
            return new IllegalStateException("the sequence is closed");
        }
        return adapter != null && adapter.isClosed() ? adapter.refusal() : null;
    }

    /**
     * Gets ready for a step: appends tokens that are to be run behind its own, and finds keys and values that others have computed
     * already.
     *
     * @param wanted of so many tokens, counted from the last, logits are wanted, so that they have to be run
     */
    void prepare(int[] more, int from, int count, int wanted, Cancellation cancellation) {
        requireOpen();
        stage(more, from, count);
        adopt(length + count - wanted);
        reserve(capacity, cancellation);
    }

    private void stage(int[] more, int from, int count) {
        if (ids.length < length + count) {
            ids = Arrays.copyOf(ids, Math.clamp(2L * (length + count), 0, capacity));
        }
        System.arraycopy(more, from, ids, length, count);
    }

    /** Takes the pages that others have computed of the first so many tokens, if they are more than its own. */
    private synchronized void adopt(int most) {
        if (most / PAGE <= computed / PAGE || closed) {
            return;
        }
        int[] found = owner.takePrefix(adapter, ids, most);
        if (found.length <= computed / PAGE) {
            owner.release(found);
            return;
        }
        int[] own = Arrays.copyOfRange(pages, Math.min(found.length, pages.length), pages.length);
        owner.release(Arrays.copyOf(pages, Math.min(found.length, pages.length)));
        pages = Arrays.copyOf(found, found.length + own.length);
        System.arraycopy(own, 0, pages, found.length, own.length);
        shared = found.length;
        computed = shared * PAGE;
    }

    /** Lets others begin with what was computed. */
    synchronized void publish() {
        if (!closed) {
            shared = Math.max(shared, computed / PAGE);
            owner.publish(adapter, ids, Arrays.copyOf(pages, shared));
        }
    }

    /** How many tokens it begins with that others begin with too. */
    int commonPrefix(int[] others) {
        int most = Math.min(length, others.length);
        int mismatch = Arrays.mismatch(ids, 0, most, others, 0, most);
        return mismatch < 0 ? most : mismatch;
    }

    int computed() {
        return computed;
    }

    /** Its tokens, those that are to be run included. */
    int[] staged() {
        return ids;
    }

    int[] pages() {
        return pages;
    }

    /** The next so many tokens were run. */
    void advance(int count) {
        computed += count;
        length = Math.max(length, computed);
    }

    /** Whether it is part of no step; it is of one then, until {@link #end}. */
    synchronized boolean begin() {
        boolean free = !running && !closed;
        running |= free;
        return free;
    }

    synchronized void end() {
        running = false;
        if (closed) {
            release();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Gives the pages back, after the step that it is part of. Idempotent; may be called by any thread at any time. */
    @Override
    public synchronized void close() {
        if (!closed) {
            if (!running) {
                release();
            }
            closed = true;
        }
    }

    private void release() {
        owner.publish(adapter, ids, Arrays.copyOf(pages, computed / PAGE));
        owner.release(pages);
    }
}
