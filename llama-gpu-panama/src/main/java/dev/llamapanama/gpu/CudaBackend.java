// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.DeviceThread;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs plans on an NVIDIA GPU. One thread makes all calls of its driver; the body of a plan is recorded there too. Matrices of types without
 * kernels become halves, or floats where those would lose too much, so that all products with them are made in floats.
 */
final class CudaBackend implements Backend {
    private final DeviceThread thread = new DeviceThread("gpu-0");
    private final OpenResources open = new OpenResources(thread);
    private final Set<DType> replaced = new ConcurrentSkipListSet<>();
    private final CudaSession session;
    private @Nullable WeightUpload upload;

    CudaBackend(BackendOptions options) {
        try {
            session = thread.call(() -> CudaSession.open(options.roundPrompts()));
        } catch (RuntimeException | Error e) {
            thread.close();
            throw e;
        }
    }

    @Override
    public DeviceInfo info() {
        String advice = replaced.isEmpty()
                ? ""
                : "less memory and more speed with weights of Q8_0, Q4_0, Q4_K or Q6_K: there are no CUDA kernels for "
                        + replaced + ", which became halves";
        return new DeviceInfo(KernelTarget.describe(session.device()), 1, advice);
    }

    @Override
    public Set<DType> weightTypes() {
        return EnumSet.allOf(DType.class);
    }

    /** Those of blocks that have kernels, as everywhere; of other blocks the numbers are decoded. Vectors are never rounded for. */
    @Override
    public Numerics numerics(DType weights) {
        return WeightLayout.numerics(weights);
    }

    @Override
    public Weights importWeights(String name, DType type, Shape shape, WeightSource source, WeightUse use) {
        source.requireBytesOf(name, type, shape);
        return thread.call(() -> {
            WeightLayout layout = WeightLayout.of(type, shape);
            Weights weights = upload(name, type, shape, source, layout);
            if (layout.isFit()) {
                return weights;
            }
            weights.close();
            return upload(name, type, shape, source, WeightLayout.floats(type));
        });
    }

    private Weights upload(String name, DType type, Shape shape, WeightSource source, WeightLayout layout) {
        if (upload == null) {
            upload = new WeightUpload(session.stream());
        }
        DeviceBuffer memory = DeviceBuffer.allocate("weights " + name, WeightUpload.bytes(layout.repacker(), shape));
        try {
            long[] parts = upload.upload(type, shape, source, layout.repacker(), memory);
            if (shape.rows() > 1 && type.blockSize() > 1 && !layout.format().isQuantised()) {
                replaced.add(type);
            }
            return new CudaWeights(name, type, shape, layout.format(), layout.isForTensorCores(), parts, memory, open);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** With which products of the widths of an 8B model keep all multiprocessors busy. */
    @Override
    public int promptTokens() {
        return 1024;
    }

    /** Nine tenths of what is free, since plans need memory too. */
    @Override
    public long kvBytes() {
        return thread.call(DeviceBuffer::free) / 10 * 9;
    }

    @Override
    public KvPool newKvPool(KvLayout layout, int pages) {
        return thread.call(() -> new CudaKvPool(layout, pages, thread, session.stream(), open));
    }

    @Override
    public Plan record(StepShape shape, Consumer<Ops> body) {
        return thread.call(() -> {
            Recording recording = new Recording(session, shape);
            try {
                CudaOps ops = new CudaOps(recording);
                body.accept(ops);
                return new CudaPlan(recording, ops.logits(), thread, open);
            } catch (RuntimeException | Error e) {
                recording.close();
                throw e;
            }
        });
    }

    @Override
    public void close() {
        if (thread.isClosed()) {
            return;
        }
        List<Object> left = open.left();
        try (thread) {
            thread.run(this::closeSession);
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("backend closed before what lives on it: " + left);
        }
    }

    /** The context goes last and in any case, which is also what ends a fault of the device. */
    private void closeSession() {
        WeightUpload staging = upload;
        try (session;
                staging) {
            open.closeAll();
        }
    }
}
