// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** What a file begins with, by which its format is told. */
final class FileStart {
    private static final int LENGTH = 64;
    private static final int SHOWN = 16;

    private final Path path;
    private final byte[] bytes;

    private FileStart(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /**
     * @param expected what the file should be, for messages
     * @throws CheckpointException if it can't be read, or is empty
     */
    static FileStart of(Path path, String expected) {
        if (Files.isDirectory(path)) {
            return new FileStart(path, new byte[0]);
        }
        if (!Files.isRegularFile(path)) {
            String found = Files.exists(path) ? "something that is neither a file nor a folder" : "nothing";
            throw new CheckpointException(path, "path", found, expected);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(LENGTH);
            if (start.length == 0) {
                throw new CheckpointException(path, "file length", 0, expected);
            }
            return new FileStart(path, start);
        } catch (IOException e) {
            throw new CheckpointException(path, e);
        }
    }

    /** Its first bytes, 64 at most; none of a folder. */
    byte[] bytes() {
        return bytes.clone();
    }

    /** The error for a file that no reader knows. */
    CheckpointException refuse(List<String> formats) {
        return new CheckpointException(
                path,
                "format",
                Files.isDirectory(path) ? "a folder" : "a file that begins " + inWords(),
                "one of " + formats);
    }

    private String inWords() {
        int length = Math.min(bytes.length, SHOWN);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
        }
        return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, length) + " (" + text + ")";
    }
}
