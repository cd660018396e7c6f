// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.gguf.GgufDraft;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writes the tensors of a model, each a few rows at a time, by as many threads as there are cores. */
final class TensorWriter {
    /** Rows are taken together up to so many elements, for which a thread has some megabytes. */
    private static final long ELEMENTS_AT_ONCE = 1 << 18;

    private final Checkpoint checkpoint;
    private final GgufDraft draft;
    private final FileChannel channel;
    private final LoadProgress progress;
    private final List<Place> places = new ArrayList<>();
    private final long total;

    /** A tensor, what it is to be stored as, and where. */
    private record Place(CheckpointTensor tensor, DType type, long offset) {}

    /**
     * @param draft gets the tensors, which nobody has added
     */
    TensorWriter(
            Checkpoint checkpoint, WeightTypes types, GgufDraft draft, FileChannel channel, LoadProgress progress) {
        this.checkpoint = checkpoint;
        this.draft = draft;
        this.channel = channel;
        this.progress = progress;
        long sum = 0;
        for (CheckpointTensor tensor : checkpoint.tensors().values()) {
            DType type = types.of(tensor.name(), tensor.shape(), checkpoint.config());
            places.add(new Place(tensor, type, draft.add(tensor.name(), type, tensor.shape())));
            sum += tensor.bytes();
        }
        total = sum;
    }

    /** Writes all, header included. */
    StorageError write() throws IOException {
        byte[] header = draft.header();
        write(header, 0);
        write(draft.ropeDivisors(), header.length);
        long end = header.length + draft.dataBytes();
        // The last tensor has its padding, too; what lies between others is zero without being written.
        write(new byte[1], end - 1);
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            StorageError error = StorageError.NONE;
            long done = 0;
            for (Place place : places) {
                error = error.plus(convert(place, header.length, threads, done));
                done += place.tensor.bytes();
            }
            return error;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckpointException(checkpoint.path(), e);
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    private StorageError convert(Place place, long dataStart, ExecutorService threads, long before)
            throws IOException, InterruptedException {
        long rows = place.tensor.shape().rows();
        long step = Math.max(1, ELEMENTS_AT_ONCE / place.tensor.shape().cols());
        List<Future<StorageError>> parts = new ArrayList<>();
        for (long row = 0; row < rows; row += step) {
            RowPart part = new RowPart(place.tensor, place.type, row, Math.min(step, rows - row));
            parts.add(threads.submit(() -> {
                write(part.stored(), dataStart + place.offset + part.offset());
                return part.error();
            }));
        }
        StorageError error = StorageError.NONE;
        for (int i = 0; i < parts.size(); i++) {
            error = error.plus(result(parts.get(i)));
            if (!Double.isFinite(error.squares())) {
                throw new CheckpointException(
                        checkpoint.path(),
                        place.tensor.name(),
                        "a weight that isn't finite as " + place.type,
                        "finite numbers");
            }
            long bytes = place.tensor.bytes();
            progress.loaded(before + bytes * (i + 1) / parts.size(), total);
        }
        return error;
    }

    private static StorageError result(Future<StorageError> part) throws IOException, InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private void write(byte[] bytes, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
    }
}
