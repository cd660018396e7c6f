// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Page memory for keys and values; owned by whoever hands out its pages. */
public interface KvPool extends AutoCloseable {

    /** What a page holds. */
    KvLayout layout();

    /** Number of pages; they are numbered from 0. */
    int pages();

    /** Frees all pages. Idempotent. */
    @Override
    void close();
}
