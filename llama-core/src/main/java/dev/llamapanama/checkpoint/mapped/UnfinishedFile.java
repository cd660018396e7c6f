// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file under a name of its own beside its target until it is whole; closed before that, or when the JVM ends, it is gone. */
public final class UnfinishedFile implements AutoCloseable {
    private final Path target;
    private final Path file;
    private final boolean replacing;
    private final FileChannel channel;

    private UnfinishedFile(Path target, Path file, boolean replacing) throws IOException {
        this.target = target;
        this.file = file;
        this.replacing = replacing;
        file.toFile().deleteOnExit();
        channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /**
     * @param replacing whether a file of that name may be there when it is whole
     * @throws CheckpointException if there is no such folder
     */
    public static UnfinishedFile beside(Path target, boolean replacing) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CheckpointException(target, "folder", folder + ", which is none", "a folder that exists");
        }
        String name = target.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp";
        return new UnfinishedFile(target, folder.resolve(name), replacing);
    }

    /** Writes a file, or what is to be in the place of one, whole. */
    public static void replace(Path target, byte[] content) throws IOException {
        try (UnfinishedFile file = beside(target, true)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.channel.write(bytes);
            }
            file.finish();
        }
    }

    /** To write it. */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Gives it its name.
     *
     * @return its length
     */
    public long finish() throws IOException {
        channel.force(true);
        long bytes = channel.size();
        channel.close();
        if (!replacing && Files.exists(target)) {
            throw new CheckpointException(target, "output", "a file that has come meanwhile", "no such file");
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
