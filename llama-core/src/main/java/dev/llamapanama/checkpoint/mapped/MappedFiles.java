// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files of a checkpoint that has several, and the memory of weights that no file holds as they are wanted. For one thread until the
 * checkpoint is open.
 */
public final class MappedFiles implements AutoCloseable {
    private final List<MappedFile> files = new ArrayList<>();
    private final Arena computed = Arena.ofShared();
    /** Goes with the checkpoint, so that no thread keeps what is of a closed one. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<TransposedRows.@Nullable Tile> tiles = new ThreadLocal<>();

    private MappedFiles() {}

    /** For a result that will own them; closes them at once where making the result fails. */
    public static <T> T open(Function<MappedFiles, T> owner) {
        MappedFiles files = new MappedFiles();
        try {
            return owner.apply(files);
        } catch (Throwable e) {
            files.close();
            throw e;
        }
    }

    /**
     * Maps another file.
     *
     * @throws CheckpointException if it can't be opened or mapped
     */
    public MappedFile map(Path path) {
        MappedFile file = MappedFile.open(path);
        files.add(file);
        return file;
    }

    /** A weight whose rows are computed when they are wanted. */
    public WeightSource computed(long rows, long rowBytes, ComputedRows.Reader reader) {
        return new ComputedRows(computed, rows, rowBytes, reader);
    }

    /**
     * A weight of matrices that are stored input-major, one below the other.
     *
     * @param experts how many
     * @param shape of the weight: outputs of all experts, and inputs
     * @param elementBytes what an element takes in the weight
     */
    public WeightSource transposed(long experts, Shape shape, int elementBytes, TransposedRows.Cell cell) {
        TransposedRows rows = new TransposedRows(shape.cols(), shape.rows() / experts, cell, tiles);
        return computed(shape.rows(), shape.cols() * elementBytes, rows);
    }

    /**
     * Unmaps all files. Idempotent, from any threads.
     *
     * @throws IllegalStateException if a native call is using a mapping just now; that file then stays mapped
     */
    @Override
    public synchronized void close() {
        if (computed.scope().isAlive()) {
            computed.close();
        }
        files.forEach(MappedFile::close);
    }
}
