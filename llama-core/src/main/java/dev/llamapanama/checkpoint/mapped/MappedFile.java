// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tensor.WeightSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A file mapped read-only as a whole, under one shared arena of its own. Pages are read when first touched. Parts can be mapped a
 * second time for a moment, so that reading them once doesn't keep them in memory.
 */
public final class MappedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment data;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedFile(Path path, FileChannel channel, Arena arena, MemorySegment data) {
        this.path = path;
        this.channel = channel;
        this.arena = arena;
        this.data = data;
    }

    /**
     * @throws CheckpointException if the file can't be opened or mapped
     */
    public static MappedFile open(Path path) {
        try {
            return map(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(path, e);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The arena lives as long as the MappedFile, which closes it.
    private static MappedFile map(Path path, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MappedFile(path, channel, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            channel.close();
            throw e;
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

    /** A part of the file as the bytes of a weight. */
    public WeightSource source(long offset, long length) {
        return new Part(data.asSlice(offset, length), offset);
    }

    private final class Part implements WeightSource {
        private final MemorySegment mapped;
        private final long start;

        Part(MemorySegment mapped, long start) {
            this.mapped = mapped;
            this.start = start;
        }

        @Override
        public MemorySegment mapped() {
            return mapped;
        }

        @Override
        public void read(long offset, long length, Consumer<MemorySegment> reader) {
            Objects.checkFromIndexSize(offset, length, mapped.byteSize());
            try (Arena moment = Arena.ofShared()) {
                reader.accept(channel.map(MapMode.READ_ONLY, start + offset, length, moment));
            } catch (IOException e) {
                throw new CheckpointException(path, e);
            }
        }
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
            channel.close();
        } catch (IllegalStateException inUse) {
            closed.set(false);
            throw inUse;
        } catch (IOException e) {
            throw new CheckpointException(path, e);
        }
    }
}
