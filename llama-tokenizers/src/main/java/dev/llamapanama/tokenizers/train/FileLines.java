// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenizerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The lines of files, one file after the other. */
final class FileLines implements Lines {
    private static final int LINES_BETWEEN_REPORTS = 1 << 10;

    private final List<Path> files;
    private final TrainingProgress progress;

    FileLines(List<Path> files, TrainingProgress progress) {
        this.files = List.copyOf(files);
        this.progress = progress;
    }

    @Override
    public String source() {
        return files.size() == 1 ? files.getFirst().toString() : files.size() + " files";
    }

    @Override
    public long forEach(int maxBytes, Consumer<String> action) {
        long total = files.stream().mapToLong(FileLines::size).sum();
        long before = 0;
        long tooLong = 0;
        for (Path file : files) {
            tooLong += new OneFile(file, before, total).read(maxBytes, action);
            before += size(file);
        }
        progress.read(total, total);
        return tooLong;
    }

    private static long size(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TokenizerException(file.toString(), "path", "no file there", "a file");
            }
            return Files.size(file);
        } catch (IOException e) {
            throw new TokenizerException(file.toString(), e);
        }
    }

    /** A file, with the number of bytes of those before it, and of all. */
    private final class OneFile {
        private final Path file;
        private final long before;
        private final long total;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private long number;

        OneFile(Path file, long before, long total) {
            this.file = file;
            this.before = before;
            this.total = total;
        }

        long read(int maxBytes, Consumer<String> action) {
            try (InputStream in = Files.newInputStream(file)) {
                return read(new LineReader(in, maxBytes), action);
            } catch (IOException e) {
                throw new TokenizerException(file.toString(), e);
            }
        }

        private long read(LineReader lines, Consumer<String> action) throws IOException {
            long tooLong = 0;
            while (lines.next()) {
                number++;
                if (lines.isTooLong()) {
                    tooLong++;
                } else {
                    action.accept(text(lines));
                }
                if (number % LINES_BETWEEN_REPORTS == 0) {
                    progress.read(Math.min(total, before + lines.taken()), total);
                }
            }
            return tooLong;
        }

        private String text(LineReader lines) {
            try {
                return decoder.decode(lines.bytes()).toString();
            } catch (CharacterCodingException e) {
                throw new TokenizerException(
                        file.toString(),
                        "line " + number,
                        "bytes that are not UTF-8 (" + e.getMessage() + ")",
                        "UTF-8");
            }
        }
    }
}
