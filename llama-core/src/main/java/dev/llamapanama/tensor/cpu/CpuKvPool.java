// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Pages of keys and values, each allocated when it is first asked for and kept until the pool closes. A page is laid
 * out {@code [layer][kvHead][keys | values]}; below that, keys are {@code [headDim][token]}, so that the scores of a page are
 * vectors of positions, and values {@code [token][headDim]}.
 */
final class CpuKvPool implements KvPool {
    private final KvLayout layout;
    private final Consumer<CpuKvPool> onClose;
    private final Arena arena = Arena.ofShared();
    private final Slabs memory = new Slabs();
    private final AtomicReferenceArray<MemorySegment> pages;

    /**
     * @param onClose told when the memory is freed
     */
    CpuKvPool(KvLayout layout, int pages, Consumer<CpuKvPool> onClose) {
        this.layout = layout;
        this.onClose = onClose;
        this.pages = new AtomicReferenceArray<>(pages);
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public int pages() {
        return pages.length();
    }

    /** Memory of a page, committed if it wasn't. Called by the thread that writes the page, before any other reads it. */
    MemorySegment commit(int page) {
        MemorySegment committed = pages.get(page);
        if (committed == null) {
            synchronized (memory) {
                committed = memory.allocate(layout.pageBytes(), arena);
            }
            pages.set(page, committed);
        }
        return committed;
    }

    /** Memory of a page that has been written. */
    MemorySegment page(int page) {
        return pages.get(page);
    }

    @Override
    public void read(int page, MemorySegment target) {
        target.copyFrom(page(page).asSlice(0, layout.pageBytes()));
    }

    @Override
    public void write(int page, MemorySegment source) {
        commit(page).copyFrom(source);
    }

    /** Where the keys of a layer's head begin in a page, in bytes. */
    long keyOffset(int layer, int head) {
        return 2L * (layer * layout.kvHeads() + head) * headBytes();
    }

    /** Where the values of a layer's head begin in a page, in bytes. */
    long valueOffset(int layer, int head) {
        return keyOffset(layer, head) + headBytes();
    }

    private long headBytes() {
        return layout.type().bytes((long) KvLayout.PAGE_TOKENS * layout.headDim());
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            memory.close();
            onClose.accept(this);
        }
    }
}
