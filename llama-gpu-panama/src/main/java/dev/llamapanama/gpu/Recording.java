// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Event;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.gpu.driver.KernelLaunch;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The launches of a plan in their order, with the memory that they work on. On the device's thread. */
final class Recording implements AutoCloseable {
    private final CudaSession session;
    private final StepShape shape;
    private final Arena arena = Arena.ofShared();
    private final Workspace workspace = new Workspace();
    private final StepLimits limits = new StepLimits();
    private final StepBlock step;
    private final List<PinnedBuffer> pinned = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<RecordedLaunch> tables = new ArrayList<>();
    private final List<RecordedLaunch> launches = new ArrayList<>();
    /** Tokens of steps for which launches are appended. */
    private Range range = new Range(0, Integer.MAX_VALUE);

    private record Range(int above, int most) {}

    Recording(CudaSession session, StepShape shape) {
        this.session = session;
        this.shape = shape;
        step = new StepBlock(shape);
    }

    CudaSession session() {
        return session;
    }

    StepShape shape() {
        return shape;
    }

    StepBlock step() {
        return step;
    }

    StepLimits limits() {
        return limits;
    }

    Workspace workspace() {
        return workspace;
    }

    /** Memory of the host that results come to, for as long as this is open. */
    MemorySegment pinned(long bytes) {
        PinnedBuffer buffer = PinnedBuffer.allocate(bytes);
        pinned.add(buffer);
        return buffer.segment();
    }

    /** An event, for as long as this is open. */
    Event event() {
        Event event = Event.create();
        events.add(event);
        return event;
    }

    /** Rows that a step has at most. */
    int most(Tensor.Rows rows) {
        return rows == Tensor.Rows.TOKENS ? shape.maxTokens() : shape.maxLogits();
    }

    CudaTensor tensor(Tensor.Rows rows, int width) {
        return tensor(rows, 1, most(rows), width);
    }

    /**
     * A tensor with several rows for each of the step's.
     *
     * @param times so many
     * @param most rows of the step at most
     */
    CudaTensor tensor(Tensor.Rows rows, int times, int most, int width) {
        DeviceBuffer buffer = workspace.allocate((long) times * most * width * Float.BYTES);
        return new CudaTensor(rows, width, times, times * most, buffer);
    }

    /** Where the device finds how many rows of a tensor the step has. */
    long count(CudaTensor tensor) {
        return step.count(tensor.rows(), tensor.times());
    }

    /** Memory that has its content before the plan runs. */
    DeviceBuffer table(long bytes, Consumer<MemorySegment> writer) {
        DeviceBuffer table = workspace.allocate(bytes);
        try (PinnedBuffer staging = PinnedBuffer.allocate(bytes)) {
            writer.accept(staging.segment());
            session.stream().copyToDevice(staging.segment(), table.address());
            session.stream().synchronize();
        }
        return table;
    }

    /** Appends a launch. */
    RecordedLaunch launch(String kernel, StepGrid grid, Object... arguments) {
        return launchFor(range.above, range.most, kernel, grid, arguments);
    }

    /**
     * Appends the launches of a body, which have nothing to do in other steps.
     *
     * @param above tokens of a step are more
     * @param most tokens of a step
     */
    void within(int above, int most, Runnable body) {
        Range outer = range;
        range = new Range(above, most);
        try {
            body.run();
        } finally {
            range = outer;
        }
    }

    /**
     * Appends one that has nothing to do in other steps.
     *
     * @param above tokens of a step are more
     * @param most tokens of a step
     */
    RecordedLaunch launchFor(int above, int most, String kernel, StepGrid grid, Object... arguments) {
        launches.add(made(kernel, grid, List.of(arguments), Math.max(above, range.above), Math.min(most, range.most)));
        return launches.getLast();
    }

    private RecordedLaunch made(String kernel, StepGrid grid, List<Object> arguments, int above, int most) {
        KernelLaunch launch = new KernelLaunch(arena, session.kernels().kernel(kernel), arguments.toArray());
        return new RecordedLaunch(launch, grid, List.copyOf(arguments), above, most);
    }

    /**
     * Puts a launch in the place of another, which stays for steps with fewer tokens.
     *
     * @param above tokens of a step are more
     * @return what is there now
     */
    RecordedLaunch replace(RecordedLaunch replaced, int above, String kernel, StepGrid grid, List<Object> arguments) {
        int index = launches.lastIndexOf(replaced);
        RecordedLaunch put = made(kernel, grid, arguments, Math.max(above, replaced.above()), replaced.most());
        launches.set(index, put);
        if (replaced.above() < above) {
            launches.add(index, replaced.upTo(above));
        }
        return put;
    }

    /** Whether a launch that follows in the same step names the memory. */
    boolean isUsedAfter(RecordedLaunch launch, DeviceBuffer buffer) {
        return launches.subList(launches.lastIndexOf(launch) + 1, launches.size()).stream()
                .anyMatch(later -> later.meets(launch) && later.names(buffer));
    }

    /** Numbers of tokens after which the launches are others, ascending; the last is what a step has at most. */
    SortedSet<Integer> bounds() {
        SortedSet<Integer> bounds = new TreeSet<>(Set.of(shape.maxTokens()));
        for (RecordedLaunch launch : launches) {
            for (int bound : new int[] {launch.above(), launch.most()}) {
                if (bound > 0 && bound < shape.maxTokens()) {
                    bounds.add(bound);
                }
            }
        }
        return bounds;
    }

    /** Names of the kernels in their order, without those that come first, of steps between two bounds. */
    List<String> kernels(int above, int most) {
        return launches.stream()
                .filter(launch -> launch.isFor(above, most))
                .map(launch -> launch.kernel().kernel())
                .toList();
    }

    /** Their blocks. */
    List<Grid> grids(int above, int most) {
        return launches.stream()
                .filter(launch -> launch.isFor(above, most))
                .map(launch -> launch.grid().of(most))
                .toList();
    }

    /** Appends a launch to those that come before all others. */
    void launchFirst(String kernel, StepGrid grid, Object... arguments) {
        tables.add(made(kernel, grid, List.of(arguments), 0, Integer.MAX_VALUE));
    }

    /** Hands over to a stream what steps between two {@link #bounds} need. */
    void on(Stream stream, int above, int most) {
        step.copyOn(stream);
        launchOn(stream, above, most);
    }

    /**
     * The same for a step whose inputs what is ahead of it on the stream brings to the device: any kernel may read them before it waits, so the
     * first begins when all that has ended.
     */
    void launchOn(Stream stream, int above, int most) {
        List<RecordedLaunch> inOrder = new ArrayList<>(tables);
        launches.stream().filter(launch -> launch.isFor(above, most)).forEach(inOrder::add);
        inOrder.getFirst().behindAllOn(stream, most);
        inOrder.subList(1, inOrder.size()).forEach(launch -> launch.on(stream, most));
    }

    @Override
    public void close() {
        try (arena;
                workspace) {
            step.close();
            pinned.forEach(PinnedBuffer::close);
            events.forEach(Event::close);
        }
    }
}
