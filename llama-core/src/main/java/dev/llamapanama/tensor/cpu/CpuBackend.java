// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.DeviceInfo;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Runs plans on the cores of this machine, with the inner loops of a {@link Kernels}. */
final class CpuBackend implements Backend {
    private final Kernels kernels;
    private final WorkerPool pool;
    private final Slabs[] memory;
    private final boolean keepStored;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    CpuBackend(Kernels kernels, BackendOptions options) {
        this.kernels = kernels;
        keepStored = options.keepStored();
        pool = new WorkerPool(
                options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors());
        memory = Slabs.ofWorkers(pool.workers());
    }

    @Override
    public DeviceInfo info() {
        return new DeviceInfo(kernels.description(), pool.workers(), HugePages.advice());
    }

    @Override
    public Set<DType> weightTypes() {
        return EnumSet.allOf(DType.class);
    }

    @Override
    public Numerics numerics(DType weights) {
        return Numerics.of(weights);
    }

    @Override
    public Weights importWeights(String name, DType type, Shape shape, WeightSource source, WeightUse use) {
        source.requireBytesOf(name, type, shape);
        PackedKernel packed = kernels.packed(type);
        if (use == WeightUse.ROWS || packed == null) {
            return new StoredWeights(name, type, shape, source.mapped(), kernels.matrix(type));
        }
        CpuWeights weights = keepStored
                ? new MappedPackedWeights(name, shape, packed, source.mapped(), pool.workers(), open::remove)
                : PackedWeights.pack(name, shape, packed, source, pool, memory, open::remove);
        open.add(weights);
        return weights;
    }

    @Override
    public KvPool newKvPool(KvLayout layout, int pages) {
        CpuKvPool kv = new CpuKvPool(layout, pages, open::remove);
        open.add(kv);
        return kv;
    }

    @Override
    public Plan record(StepShape shape, Consumer<Ops> body) {
        CpuOps ops = new CpuOps(kernels, pool, shape);
        body.accept(ops);
        CpuPlan plan = new CpuPlan(shape, ops, open::remove);
        open.add(plan);
        return plan;
    }

    @Override
    public void close() {
        pool.close();
        for (Slabs each : memory) {
            each.close();
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("backend closed before what lives on it: " + open);
        }
    }
}
