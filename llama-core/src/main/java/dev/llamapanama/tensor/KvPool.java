// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

/** Page memory for keys and values; owned by whoever hands out its pages. */
public interface KvPool extends AutoCloseable {

    /** What a page holds. */
    KvLayout layout();

    /** Number of pages; they are numbered from 0. */
    int pages();

    /**
     * Copies a page that has been written.
     *
     * @param target takes what it holds, in a layout of the backend: as many bytes as the layout says
     */
    void read(int page, MemorySegment target);

    /**
     * Fills a page.
     *
     * @param source what {@link #read} has given, of a pool of the same kind and layout
     */
    void write(int page, MemorySegment source);

    /** Frees all pages. Idempotent. */
    @Override
    void close();
}
