// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

/**
 * The tokens that have been run for one caller: their number, and the pages that hold their keys and values. One thread at a
 * time; closing gives the pages back.
 */
public final class KvSequence implements AutoCloseable {
    private final KvPages owner;
    private final int[] pages;
    private final int capacity;
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

    int[] pages() {
        if (closed) {
            throw new IllegalStateException("the sequence is closed");
        }
        return pages;
    }

    void advance(int count) {
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
