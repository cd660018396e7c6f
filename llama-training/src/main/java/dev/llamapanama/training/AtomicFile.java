// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is there as a whole or not at all, whenever the process or the machine stops. What a stopped one leaves beside it is written
 * over by the next.
 */
final class AtomicFile {
    private AtomicFile() {}

    interface Content {
        void write(FileChannel to) throws IOException;
    }

    static void write(Path file, Content content) {
        Path unfinished = file.resolveSibling("unfinished.tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                content.write(channel);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    static void write(Path file, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }
}
