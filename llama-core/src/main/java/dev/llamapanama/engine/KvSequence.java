// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.tensor.KvLayout;
import java.util.Arrays;

/**
 * The tokens that have been run for one caller, and the pages that hold their keys and values. One thread at a
 * time; closing gives the pages back.
 */
public final class KvSequence implements AutoCloseable {
    private final KvPages owner;
    private int[] pages;
    private int capacity;
    private int[] ids = {};
    private int length;
    private boolean closed;

    KvSequence(KvPages owner, int[] pages, int capacity) {
        this.owner = owner;
        this.pages = pages;
        this.capacity = capacity;
    }

    /** Positions run so far. */
    public int length() {
        return length;
    }

    /** Positions that it may have. */
    public int capacity() {
        return capacity;
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
    }

    /**
     * Makes room for so many positions. Where others hold the pages, it forgets everything, gives its own back, and waits for all of them at
     * once, so that no two sequences can block each other.
     */
    void reserve(int positions) {
        if (positions <= capacity) {
            return;
        }
        int count = KvLayout.pagesFor(positions);
        int[] more = owner.takeIfFree(count - pages().length);
        if (more == null) {
            length = 0;
            capacity = 0;
            owner.release(pages);
            pages = new int[0];
            more = owner.acquire(count);
        }
        int before = pages.length;
        pages = Arrays.copyOf(pages, count);
        System.arraycopy(more, 0, pages, before, more.length);
        capacity = positions;
    }

    /** How many tokens it begins with that others begin with too. */
    int commonPrefix(int[] others) {
        int most = Math.min(length, others.length);
        int mismatch = Arrays.mismatch(ids, 0, most, others, 0, most);
        return mismatch < 0 ? most : mismatch;
    }

    int[] pages() {
        if (closed) {
            throw new IllegalStateException("the sequence is closed");
        }
        return pages;
    }

    /** Takes note of tokens that were run: {@code run[from …]}. */
    void advance(int[] run, int from, int count) {
        if (ids.length < length + count) {
            ids = Arrays.copyOf(ids, Math.clamp(2L * (length + count), 0, capacity));
        }
        System.arraycopy(run, from, ids, length, count);
        length += count;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            owner.release(pages);
        }
    }
}
