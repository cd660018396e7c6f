// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a training keeps what it comes to: checkpoints, every step, curves. It is one training's alone as long as that is open; the system
 * gives it free when the process ends, however it ends.
 */
final class OutputFolder implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Of this process: whoever closes a second channel of a locked file gives the lock free (POSIX), so none is opened. */
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path taken;
    private final CheckpointFolder checkpoints;
    private final FileChannel lock;
    private @Nullable TrainingLog log;

    private OutputFolder(Path path, Path taken, FileChannel lock) {
        this.path = path;
        this.taken = taken;
        this.lock = lock;
        checkpoints = new CheckpointFolder(path);
    }

    /**
     * @param resuming whether there may be checkpoints
     * @throws TrainingFileException if there are and may not be, another training has the folder, or it can't be made
     */
    static OutputFolder open(Path path, boolean resuming) {
        if (!resuming && !new CheckpointFolder(path).isEmpty()) {
            throw new TrainingFileException(path, "output", "checkpoints of a training", "none, or to resume it");
        }
        try {
            Path taken = Files.createDirectories(path).toRealPath();
            if (!TAKEN.add(taken)) {
                throw isRunning(path);
            }
            FileChannel lock = null;
            try {
                lock = locked(path);
                return new OutputFolder(path, taken, lock);
            } finally {
                if (lock == null) {
                    TAKEN.remove(taken);
                }
            }
        } catch (IOException e) {
            throw new TrainingFileException(path, e);
        }
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("training.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw isRunning(path);
        }
        return channel;
    }

    private static TrainingFileException isRunning(Path path) {
        return new TrainingFileException(path, "output", "a training that is running", "a folder that none has");
    }

    Path path() {
        return path;
    }

    /**
     * Lets a course go on from the newest checkpoint, or the one before where that is damaged, or begin where there is none.
     *
     * @throws TrainingFileException if no checkpoint is whole, or they are of another training
     */
    void restore(Course course) {
        Optional<CheckpointFolder.Found> newest = checkpoints.newest();
        newest.ifPresent(found -> {
            TrainingState state = found.state();
            String identity = course.identity().toString();
            if (!state.identity().equals(MAPPER.readTree(identity))) {
                throw new TrainingFileException(found.file().path(), "training", state.identity(), identity);
            }
            course.expect(state);
            found.file().read(course.arrays());
            course.restore(state);
        });
        log = new TrainingLog(path, course.steps());
    }

    /** Goes to the last step. */
    void run(Course course, long checkpointSteps, TrainingListener listener) {
        TrainingLog steps = log();
        long start = System.nanoTime();
        double before = course.share();
        long all = course.allSteps();
        while (course.steps() < all) {
            TrainingStep step = course.step();
            steps.add(step);
            if (step.step() % checkpointSteps == 0 || step.step() == all) {
                checkpoints.write(course.state(), course.arrays());
                steps.draw();
            }
            double share = course.share();
            double seconds = (System.nanoTime() - start) / 1e9;
            listener.stepped(step, all, seconds * (1 - share) / (share - before));
        }
        steps.draw();
    }

    private TrainingLog log() {
        if (log == null) {
            throw new IllegalStateException("log: found none, expected the course restored");
        }
        return log;
    }

    /** Every step that was logged, those before it was resumed included. */
    List<TrainingStep> steps() {
        return log().steps();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new TrainingFileException(path, e);
        } finally {
            TAKEN.remove(taken);
        }
    }
}
