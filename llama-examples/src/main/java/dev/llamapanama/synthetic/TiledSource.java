// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bytes that repeat one stretch, made when they are asked for. */
final class TiledSource implements WeightSource {
    /** Of a cache line. */
    private static final long ALIGNMENT = 64;

    private final Arena arena;
    private final MemorySegment stretch;
    private final long phase;
    private final long bytes;
    private final Runnable admission;
    private @Nullable MemorySegment mapped;

    /**
     * @param arena holds what {@link #mapped} makes
     * @param phase where in the stretch the bytes begin
     * @param bytes how many there are
     * @param admission runs before any are made; may refuse by throwing
     */
    TiledSource(Arena arena, MemorySegment stretch, long phase, long bytes, Runnable admission) {
        this.arena = arena;
        this.stretch = stretch;
        this.phase = phase;
        this.bytes = bytes;
        this.admission = admission;
    }

    @Override
    public synchronized MemorySegment mapped() {
        if (mapped == null) {
            mapped = make(arena, 0, bytes);
        }
        return mapped;
    }

    @Override
    public void read(long offset, long length, Consumer<MemorySegment> reader) {
        Objects.checkFromIndexSize(offset, length, bytes);
        try (Arena moment = Arena.ofShared()) {
            reader.accept(make(moment, offset, length));
        }
    }

    private MemorySegment make(Arena owner, long offset, long length) {
        admission.run();
        MemorySegment made = owner.allocate(length, ALIGNMENT);
        long from = (phase + offset) % stretch.byteSize();
        for (long done = 0; done < length; ) {
            long count = Math.min(stretch.byteSize() - from, length - done);
            MemorySegment.copy(stretch, from, made, done, count);
            done += count;
            from = 0;
        }
        return made.asReadOnly();
    }
}
