// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a training: the newest, and the one before in case that can't be read. */
record CheckpointFolder(Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("checkpoint-\\d{12}\\.bin");

    /** A checkpoint that is as it was written. */
    record Found(CheckpointFile file, TrainingState state) {}

    boolean isEmpty() {
        return newestFirst().isEmpty();
    }

    /**
     * The newest checkpoint that is as it was written.
     *
     * @throws TrainingFileException if there are some and none is
     */
    Optional<Found> newest() {
        List<TrainingFileException> broken = new ArrayList<>();
        for (Path path : newestFirst()) {
            CheckpointFile file = new CheckpointFile(path);
            try {
                return Optional.of(new Found(file, file.verify()));
            } catch (TrainingFileException e) {
                LOG.warn("{}; the one before is tried", e.getMessage());
                broken.add(e);
            }
        }
        if (!broken.isEmpty()) {
            throw broken.getFirst();
        }
        return Optional.empty();
    }

    void write(TrainingState state, List<float[]> arrays) {
        String name = String.format(Locale.ROOT, "checkpoint-%012d.bin", state.steps());
        new CheckpointFile(folder.resolve(name)).write(state, arrays);
        newestFirst().stream().skip(KEPT).forEach(CheckpointFolder::delete);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new TrainingFileException(folder, e);
        }
    }
}
