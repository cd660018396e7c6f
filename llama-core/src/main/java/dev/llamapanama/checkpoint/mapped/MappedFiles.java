// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The files of a checkpoint that has several, and the memory of weights that no file holds as they are wanted. For one thread until the
 * checkpoint is open.
 */
public final class MappedFiles implements AutoCloseable {
    private final List<MappedFile> files = new ArrayList<>();
    private final Arena computed = Arena.ofShared();

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
     * Unmaps all files. Idempotent.
     *
     * @throws IllegalStateException if a native call is using a mapping just now; that file then stays mapped
     */
    @Override
    public void close() {
        if (computed.scope().isAlive()) {
            computed.close();
        }
        files.forEach(MappedFile::close);
    }
}
