// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.gpu.driver.Graph;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.gpu.driver.KernelLaunch;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.StepInputs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Begins the next step of a greedy generation while the host still looks at the present one's token, which is the likeliest: the device knows it
 * first. If the host then asks for that very step, it is running already. If it asks for another, or anything else has been done on the
 * device since, what was begun is forgotten: it wrote keys and values behind the end of its sequence, where those of the next token will
 * come. Only once the host has gone on so for some steps, and within a page, which is the sequence's own. On the device's thread.
 */
final class StepAhead implements AutoCloseable {
    /** Steps in a row that must have been as foreseen. */
    private static final int TRUSTED = 2;

    private static final int THREADS = 32;
    private static final long NOTHING = -1;

    private final Recording recording;
    private final LargestRows largest;
    private final Stream stream;
    private final Arena arena = Arena.ofShared();
    private @Nullable Graph graph;
    private @Nullable Single present;
    private int foreseen;
    /** {@link Stream#work} when the next step had been begun. */
    private long begun = NOTHING;

    /** A step of one token, that the likeliest follows. */
    private record Single(int position, IntBuffer pages) {

        /** Nothing for other steps. */
        static @Nullable Single of(StepInputs inputs) {
            if (inputs.tokens() != 1
                    || inputs.logits() != 1
                    || inputs.temperatures().get(JAVA_FLOAT, 0) != 0) {
                return null;
            }
            int position = inputs.positions().get(JAVA_INT, 0);
            int pages = KvLayout.pagesFor(position + 1);
            MemorySegment table = inputs.pageTables().asSlice(0, (long) pages * Integer.BYTES);
            return new Single(position, IntBuffer.wrap(table.toArray(JAVA_INT)));
        }

        boolean isBefore(Single next) {
            return next.position == position + 1 && pages.equals(next.pages.slice(0, pages.limit()));
        }

        boolean isLastOfPage() {
            return KvLayout.pagesFor(position + 2) > pages.limit();
        }
    }

    StepAhead(Recording recording, LargestRows largest) {
        this.recording = recording;
        this.largest = largest;
        stream = recording.session().stream();
    }

    /**
     * Whether the step that the inputs ask for has been begun.
     *
     * @param likeliest token after the last step
     */
    boolean isBegun(StepInputs inputs, int likeliest) {
        Single next = Single.of(inputs);
        boolean isForeseen = next != null
                && present != null
                && present.isBefore(next)
                && inputs.tokenIds().get(JAVA_INT, 0) == likeliest;
        boolean isBegun = isForeseen && begun == stream.work();
        foreseen = isForeseen ? foreseen + 1 : 0;
        begun = NOTHING;
        present = next;
        return isBegun;
    }

    /** Begins the step after the present one, if it can be foreseen. */
    void begin(StepResults results) {
        if (present == null || foreseen < TRUSTED || present.isLastOfPage()) {
            return;
        }
        if (graph == null) {
            graph = stream.capture(this::nextStep);
        }
        graph.launch();
        results.bringOn(stream, 1);
        begun = stream.work();
    }

    private void nextStep() {
        StepBlock step = recording.step();
        new KernelLaunch(
                        arena,
                        recording.session().kernels().kernel("next_step"),
                        largest.likeliest(),
                        step.tokenIds(),
                        step.positions(),
                        step.singleRows().positions())
                .on(stream, Grid.of(1, THREADS));
        recording.launchOn(stream, 0, recording.bounds().first());
    }

    /** Whether a step has been begun that makes other logits of those of the present one. No more will be for a while. */
    boolean hasReplacedLogits() {
        boolean has = begun != NOTHING;
        begun = NOTHING;
        foreseen = 0;
        return has;
    }

    /** Waits for what was begun. */
    @Override
    public void close() {
        try (arena) {
            if (graph != null) {
                stream.synchronize();
                graph.close();
            }
        }
    }
}
