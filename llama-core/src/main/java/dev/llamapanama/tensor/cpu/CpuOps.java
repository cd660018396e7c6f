// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Records operations as closures over raw arrays and segments. */
final class CpuOps implements Ops {
    /** Multiplications that one element of SwiGLU is worth. */
    private static final long SWIGLU_WORK = 16;
    /** Multiplications that one element of a norm, a rotation or a rounding is worth. */
    private static final int ROW_WORK = 8;

    private final Kernels kernels;
    private final WorkerPool pool;
    private final StepShape shape;
    private final PerWorker scratch;
    private final Prepared prepared = new Prepared();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<RopeFrequencies, RopeTable> ropeTables = new LinkedHashMap<>();
    private final Map<Integer, List<CpuTensor.Buffer>> free = new HashMap<>();
    private @Nullable CpuTensor logits;

    CpuOps(Kernels kernels, WorkerPool pool, StepShape shape) {
        this.kernels = kernels;
        this.pool = pool;
        this.shape = shape;
        scratch = new PerWorker(pool.workers());
    }

    /** Everything recorded, the tables that all layers share first. */
    List<Node> nodes() {
        List<Node> all = new ArrayList<>(ropeTables.values());
        all.addAll(nodes);
        return all;
    }

    CpuTensor logits() {
        if (logits == null) {
            throw new IllegalStateException("plan: found no kept logits, expected a call of keepLogits");
        }
        return logits;
    }

    @Override
    public Tensor temp(Tensor.Rows rows, int width) {
        int count = rows == Tensor.Rows.TOKENS ? shape.maxTokens() : shape.maxLogits();
        int size = Math.multiplyExact(Activations.padded(count), width);
        List<CpuTensor.Buffer> reusable = free.getOrDefault(size, List.of());
        return new CpuTensor(rows, width, reusable.isEmpty() ? new CpuTensor.Buffer(size) : reusable.removeLast());
    }

    @Override
    public void release(Tensor temp) {
        CpuTensor.Buffer buffer = cpu(temp).buffer();
        free.computeIfAbsent(buffer.data.length, size -> new ArrayList<>()).add(buffer);
    }

    @Override
    public void embed(Weights table, Tensor x) {
        CpuWeights rows = cpu(table);
        CpuTensor out = cpu(x, rows.cols());
        nodes.add(step -> {
            for (int row = 0; row < step.rows(out.rows()); row++) {
                rows.decodeRow(step.token(row), out.data(), row * out.width());
            }
        });
    }

    @Override
    public void rmsNorm(Tensor x, Weights weight, double eps, Tensor out) {
        float[] w = cpu(weight).decodeVector();
        CpuTensor in = cpu(x, w.length);
        CpuTensor to = cpu(out, w.length);
        nodes.add(step -> eachRow(
                step.rows(in.rows()), w.length, row -> kernels.rmsNorm(in.data(), row * w.length, w, eps, to.data())));
    }

    @Override
    public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        CpuWeights w = cpu(weight);
        CpuTensor x = cpu(in, w.cols());
        CpuTensor y = cpu(out, w.rows());
        if (x.buffer() == y.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
        boolean again = !nodes.isEmpty() && nodes.getLast() instanceof LinearNode last && last.leavesPrepared(x, w);
        nodes.add(new LinearNode(pool, x, w, epilogue, y, scratch, prepared, again));
    }

    @Override
    public void rope(Tensor x, RopeFrequencies frequencies) {
        RopeTable table = ropeTables.computeIfAbsent(frequencies, f -> new RopeTable(f, shape.maxTokens()));
        int headDim = frequencies.headDim();
        CpuTensor heads = heads(x, headDim);
        nodes.add(step -> eachRow(step.rows(heads.rows()), heads.width(), row -> {
            for (int o = row * heads.width(); o < (row + 1) * heads.width(); o += headDim) {
                table.rotate(row, heads.data(), o);
            }
        }));
    }

    /** Deals rows to the workers, where there are enough. */
    private void eachRow(int rows, int width, IntConsumer body) {
        pool.run((long) ROW_WORK * rows * width, (worker, workers) -> {
            int end = WorkerPool.share(rows, worker + 1, workers);
            for (int row = WorkerPool.share(rows, worker, workers); row < end; row++) {
                body.accept(row);
            }
        });
    }

    @Override
    public void writeKv(Tensor keys, Tensor values, KvPool kv, int layer) {
        CpuKvPool pages = (CpuKvPool) kv;
        int width = pages.layout().kvHeads() * pages.layout().headDim();
        CpuTensor k = cpu(keys, width);
        KvWriter writer = new KvWriter(pages, layer, k, cpu(values, width));
        nodes.add(step -> {
            writer.commit(step);
            eachRow(step.rows(k.rows()), width, row -> writer.write(step, row));
        });
    }

    @Override
    public void attention(Tensor q, KvPool kv, int layer, double scale, Tensor out) {
        CpuTensor queries = heads(q, kv.layout().kvHeads() * kv.layout().headDim());
        nodes.add(
                new AttentionNode(kernels, pool, queries, (CpuKvPool) kv, layer, scale, cpu(out, q.width()), scratch));
    }

    @Override
    public void swiGlu(Tensor gate, Tensor up, Tensor out) {
        CpuTensor g = cpu(gate);
        CpuTensor u = cpu(up, g.width());
        CpuTensor to = cpu(out, g.width());
        nodes.add(step -> {
            int elements = step.rows(g.rows()) * g.width();
            pool.run(SWIGLU_WORK * elements, (worker, workers) -> {
                int from = WorkerPool.share(elements, worker, workers);
                int end = WorkerPool.share(elements, worker + 1, workers);
                kernels.swiGlu(g.data(), u.data(), to.data(), from, end);
            });
        });
    }

    @Override
    public void selectLogitRows(Tensor x, Tensor out) {
        CpuTensor from = cpu(x);
        CpuTensor to = cpu(out, x.width());
        nodes.add(step -> {
            for (int i = 0; i < step.rows(to.rows()); i++) {
                System.arraycopy(from.data(), step.logitRow(i) * from.width(), to.data(), i * to.width(), to.width());
            }
        });
    }

    @Override
    public void keepLogits(Tensor logits) {
        this.logits = cpu(logits);
    }

    private static CpuTensor cpu(Tensor tensor) {
        return (CpuTensor) tensor;
    }

    private static CpuTensor cpu(Tensor tensor, int width) {
        if (tensor.width() != width) {
            throw new IllegalArgumentException("tensor width: found " + tensor.width() + ", expected " + width);
        }
        return (CpuTensor) tensor;
    }

    private static CpuTensor heads(Tensor tensor, int widthOfOne) {
        if (tensor.width() % widthOfOne != 0) {
            throw new IllegalArgumentException(
                    "tensor width: found " + tensor.width() + ", expected a multiple of " + widthOfOne);
        }
        return (CpuTensor) tensor;
    }

    private static CpuWeights cpu(Weights weights) {
        return (CpuWeights) weights;
    }
}
