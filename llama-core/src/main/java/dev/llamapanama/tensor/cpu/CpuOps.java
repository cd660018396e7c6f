// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Records operations as closures over raw arrays and segments. */
final class CpuOps implements Ops {
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
        LinearNode before = !nodes.isEmpty() && nodes.getLast() instanceof LinearNode last ? last : null;
        nodes.add(product(before, in, weight, epilogue, out));
    }

    /**
     * @param before the product that is computed right before this one, if it is one
     */
    private LinearNode product(@Nullable LinearNode before, Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        CpuWeights w = cpu(weight);
        CpuTensor x = cpu(in, w.cols());
        CpuTensor y = cpu(out, w.rows());
        if (x.buffer() == y.buffer()) {
            throw new IllegalArgumentException("linear: found one tensor as input and output, expected two");
        }
        boolean again = before != null && before.leavesPrepared(x, w);
        return new LinearNode(pool, x, w, epilogue, y, scratch, prepared, again);
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

    @Override
    public void rmsNormHeads(Tensor x, int headDim, double eps) {
        CpuTensor heads = heads(x, headDim);
        float[] ones = new float[headDim];
        Arrays.fill(ones, 1);
        nodes.add(step -> eachRow(step.rows(heads.rows()), heads.width(), row -> {
            for (int o = row * heads.width(); o < (row + 1) * heads.width(); o += headDim) {
                kernels.rmsNorm(heads.data(), o, ones, eps, heads.data());
            }
        }));
    }

    @Override
    public void temper(Tensor q, int floor, double scale) {
        CpuTensor queries = cpu(q);
        int width = q.width();
        nodes.add(step -> eachRow(step.rows(queries.rows()), width, row -> {
            long floors = (step.position(row) + 1L) / floor;
            kernels.scale(queries.data(), row * width, width, (float) (1 + scale * Math.log(floors + 1.0)));
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
    public void attention(Tensor q, KvPool kv, int layer, double scale, int chunk, Tensor out) {
        CpuTensor queries = heads(q, kv.layout().kvHeads() * kv.layout().headDim());
        CpuTensor to = cpu(out, q.width());
        nodes.add(new AttentionNode(kernels, pool, queries, (CpuKvPool) kv, layer, scale, chunk, to, scratch));
    }

    @Override
    public void swiGlu(Tensor gate, Tensor up, Tensor out) {
        nodes.add(gates(gate, up, out));
    }

    private SwiGluNode gates(Tensor gate, Tensor up, Tensor out) {
        int width = gate.width();
        return new SwiGluNode(kernels, pool, cpu(gate), cpu(up, width), cpu(out, width));
    }

    @Override
    public void route(Tensor logits, int perToken) {
        nodes.add(new Router(cpu(logits), perToken));
    }

    @Override
    public void scaleRows(Tensor x, Tensor factors, int column, Tensor out) {
        CpuTensor from = cpu(x);
        CpuTensor by = cpu(factors);
        CpuTensor to = cpu(out, x.width());
        int width = x.width();
        nodes.add(step -> eachRow(step.rows(from.rows()), width, row -> {
            float factor = by.data()[row * by.width() + column];
            for (int i = row * width; i < (row + 1) * width; i++) {
                to.data()[i] = from.data()[i] * factor;
            }
        }));
    }

    @Override
    public void moe(Tensor x, Weights router, List<SwiGlu> experts, int perToken, Tensor out) {
        Tensor routes = temp(Tensor.Rows.TOKENS, experts.size());
        Tensor gathered = temp(Tensor.Rows.TOKENS, x.width());
        Tensor hidden = temp(Tensor.Rows.TOKENS, experts.getFirst().width());
        Tensor gated = temp(Tensor.Rows.TOKENS, hidden.width());
        Tensor results = temp(Tensor.Rows.TOKENS, out.width());
        linear(x, router, Epilogue.STORE, routes);
        route(routes, perToken);
        List<MixtureNode.Expert> products = experts.stream()
                .map(expert -> expert(expert, gathered, gated, hidden, results))
                .toList();
        nodes.add(new MixtureNode(
                cpu(x), cpu(routes), cpu(gathered), cpu(results), cpu(out), products, shape.maxTokens()));
        List.of(routes, gathered, hidden, gated, results).forEach(this::release);
    }

    private MixtureNode.Expert expert(SwiGlu weights, Tensor in, Tensor gated, Tensor hidden, Tensor out) {
        LinearNode gate = product(null, in, weights.gate(), Epilogue.STORE, gated);
        LinearNode up = product(gate, in, weights.up(), Epilogue.STORE, hidden);
        LinearNode down = product(null, hidden, weights.down(), Epilogue.STORE, out);
        return new MixtureNode.Expert(gate, up, gates(gated, hidden, hidden), down);
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
