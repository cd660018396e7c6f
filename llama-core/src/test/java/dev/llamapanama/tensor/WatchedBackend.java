// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend whose steps a test sees before they run, and may hold up or make fail. */
public class WatchedBackend implements Backend {
    private final Backend backend;
    private final Consumer<StepInputs> beforeStep;

    /** @param backend does the work, and is closed with this */
    public WatchedBackend(Backend backend, Consumer<StepInputs> beforeStep) {
        this.backend = backend;
        this.beforeStep = beforeStep;
    }

    @Override
    public DeviceInfo info() {
        return backend.info();
    }

    @Override
    public Set<DType> weightTypes() {
        return backend.weightTypes();
    }

    @Override
    public Numerics numerics(DType weights) {
        return backend.numerics(weights);
    }

    @Override
    public Weights importWeights(String name, DType type, Shape shape, WeightSource source, WeightUse use) {
        return backend.importWeights(name, type, shape, source, use);
    }

    @Override
    public int promptTokens() {
        return backend.promptTokens();
    }

    @Override
    public long kvBytes() {
        return backend.kvBytes();
    }

    @Override
    public KvPool newKvPool(KvLayout layout, int pages) {
        return backend.newKvPool(layout, pages);
    }

    @Override
    public Plan record(StepShape shape, Consumer<Ops> body) {
        return new WatchedPlan(backend.record(shape, body));
    }

    @Override
    public void close() {
        backend.close();
    }

    class WatchedPlan implements Plan {
        private final Plan plan;

        WatchedPlan(Plan plan) {
            this.plan = plan;
        }

        @Override
        public StepShape shape() {
            return plan.shape();
        }

        @Override
        public StepInputs inputs() {
            return plan.inputs();
        }

        @Override
        public void step() {
            beforeStep.accept(plan.inputs());
            plan.step();
        }

        @Override
        public MemorySegment logits(int first, int count) {
            return plan.logits(first, count);
        }

        @Override
        public @Nullable LargestLogits largest(int row) {
            return plan.largest(row);
        }

        @Override
        public void close() {
            plan.close();
        }
    }
}
