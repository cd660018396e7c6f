// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A file mapped read-only as a whole, under one shared arena of its own. Pages are read when first touched. */
public final class MappedFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedFile(Path path, Arena arena, MemorySegment data) {
        this.path = path;
        this.arena = arena;
        this.data = data;
    }

    /**
     * @throws CheckpointException if the file can't be opened or mapped
     */
    @SuppressWarnings("MustBeClosedChecker") // The arena lives as long as the MappedFile, which closes it.
    public static MappedFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new MappedFile(path, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw new CheckpointException(path, e);
        }
    }

    /** Maps the file for a result that will own it; unmaps it at once where making the result fails. */
    public static <T> T open(Path path, Function<MappedFile, T> owner) {
        MappedFile file = open(path);
        try {
            return owner.apply(file);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /** The whole file; not to be touched after {@link #close}. */
    public MemorySegment data() {
        return data;
    }

    /**
     * Unmaps the file; only the first call of any thread does anything.
     *
     * @throws IllegalStateException if a native call is using the mapping just now; the file then stays mapped
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            arena.close();
        } catch (IllegalStateException inUse) {
            closed.set(false);
            throw inUse;
        }
    }
}
