// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.gpu.driver.KernelLaunch;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** The launches of a plan in their order, with the memory that they work on. On the device's thread. */
final class Recording implements AutoCloseable {
    private final CudaSession session;
    private final StepShape shape;
    private final Arena arena = Arena.ofShared();
    private final Workspace workspace = new Workspace();
    private final StepLimits limits = new StepLimits();
    private final StepBlock step;
    private final List<KernelLaunch> tables = new ArrayList<>();
    private final List<KernelLaunch> launches = new ArrayList<>();

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

    /** Rows that a step has at most. */
    int most(Tensor.Rows rows) {
        return rows == Tensor.Rows.TOKENS ? shape.maxTokens() : shape.maxLogits();
    }

    CudaTensor tensor(Tensor.Rows rows, int width) {
        int most = most(rows);
        DeviceBuffer buffer = workspace.allocate((long) most * width * Float.BYTES);
        return new CudaTensor(rows, width, most, buffer);
    }

    /** Appends a launch. */
    void launch(String kernel, Grid grid, Object... arguments) {
        launches.add(new KernelLaunch(arena, session.kernels().kernel(kernel), grid, arguments));
    }

    /** Puts a launch in the place of the last one. */
    void replaceLast(String kernel, Grid grid, Object... arguments) {
        launches.removeLast();
        launch(kernel, grid, arguments);
    }

    /** Names of the kernels in their order, without those that come first. */
    List<String> kernels() {
        return launches.stream().map(KernelLaunch::kernel).toList();
    }

    /** Appends a launch to those that come before all others. */
    void launchFirst(String kernel, Grid grid, Object... arguments) {
        tables.add(new KernelLaunch(arena, session.kernels().kernel(kernel), grid, arguments));
    }

    /** Hands all over to a stream. */
    void on(Stream stream) {
        step.copyOn(stream);
        tables.forEach(launch -> launch.on(stream));
        launches.forEach(launch -> launch.on(stream));
    }

    @Override
    public void close() {
        try (arena;
                workspace) {
            step.close();
        }
    }
}
