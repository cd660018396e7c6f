// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * Memory for what is read at each token, from {@link HugePages} where there are any: many small parts share a mapping, so
 * that next to nothing of a page is lost. Each worker has one for the weights that it packs and reads, a pool of keys and values another.
 */
final class Slabs implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    /** Smaller parts are ordinary memory: their few pages of 4 KiB are found fast, and a small model isn't worth a huge one. */
    private static final long LEAST = 64 << 10;
    /** Bytes mapped at once, which cost nothing until they are used. */
    private static final long SLAB = 256 << 20;

    private Optional<Slab> current = Optional.empty();

    /** What several parts are cut from; it is given back after the last of them. */
    private static final class Slab {
        final HugePages pages;
        final HugePages.Mapping mapping;
        long used;
        int users = 1;

        Slab(HugePages pages, HugePages.Mapping mapping) {
            this.pages = pages;
            this.mapping = mapping;
        }

        boolean has(long bytes) {
            return used + bytes <= mapping.memory().byteSize();
        }

        synchronized MemorySegment cut(long bytes) {
            users++;
            MemorySegment part = mapping.memory().asSlice(used, bytes);
            used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            return part;
        }

        synchronized void release() {
            users--;
            if (users == 0) {
                pages.unmap(mapping);
            }
        }
    }

    static Slabs[] ofWorkers(int workers) {
        Slabs[] memory = new Slabs[workers];
        Arrays.setAll(memory, worker -> new Slabs());
        return memory;
    }

    /** Memory that is freed when the arena closes. For one thread at a time. */
    @SuppressWarnings("restricted")
    MemorySegment allocate(long bytes, Arena arena) {
        if (bytes < LEAST) {
            return arena.allocate(bytes, ALIGNMENT);
        }
        if (current.isEmpty() || !current.get().has(bytes)) {
            close();
            current = HugePages.get()
                    .flatMap(pages -> pages.map(Math.max(SLAB, bytes)).map(mapping -> new Slab(pages, mapping)));
        }
        if (current.isEmpty()) {
            return arena.allocate(bytes, ALIGNMENT);
        }
        Slab slab = current.get();
        return slab.cut(bytes).reinterpret(arena, part -> slab.release());
    }

    /** Ends the mapping that is in use as soon as no part needs it. */
    @Override
    public void close() {
        current.ifPresent(Slab::release);
        current = Optional.empty();
    }
}
