// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/** Replays recorded closures. */
final class CpuPlan implements Plan {
    private final StepShape shape;
    private final Consumer<CpuPlan> onClose;
    private final Arena arena = Arena.ofShared();
    private final StepInputs inputs;
    private final Step step;
    private final List<Node> nodes;
    private final CpuTensor logits;

    /**
     * @param onClose told when the workspace is freed
     */
    CpuPlan(StepShape shape, CpuOps ops, Consumer<CpuPlan> onClose) {
        this.shape = shape;
        this.onClose = onClose;
        inputs = new StepInputs(shape, arena);
        step = new Step(inputs, shape);
        nodes = ops.nodes();
        logits = ops.logits();
    }

    @Override
    public StepShape shape() {
        return shape;
    }

    @Override
    public StepInputs inputs() {
        return inputs;
    }

    @Override
    public void step() {
        if (inputs.tokens() == 0) {
            throw new IllegalStateException("step: found no tokens, expected at least one");
        }
        step.refresh();
        for (Node node : nodes) {
            node.run(step);
        }
    }

    @Override
    public MemorySegment logits(int first, int count) {
        long row = (long) logits.width() * Float.BYTES;
        return MemorySegment.ofArray(logits.data()).asSlice(first * row, count * row);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            onClose.accept(this);
        }
    }
}
