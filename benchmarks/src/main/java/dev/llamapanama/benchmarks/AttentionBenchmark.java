// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Attention of one layer of Llama 3.2 1B: 32 query heads of 64 on 8 key/value heads. One token at the end of a context is decoding;
 * as many tokens as the context has are a prompt. Calls go through several layers in turn, as a model does.
 */
public class AttentionBenchmark extends ForkedBenchmark {
    static final int HEADS = 32;
    static final int KV_HEADS = 8;
    static final int HEAD_DIM = 64;
    private static final double SCALE = 1 / Math.sqrt(HEAD_DIM);

    /** Tokens of the sequence, those of the step included. */
    @Param({"128", "1024", "4096"})
    int context;

    /** Tokens of the step, the last ones of the sequence; 0 for all of them. */
    @Param({"1", "0"})
    int tokens;

    /** Keys and values that the calls go through in turn; 0 for always the same layer. */
    @Param({"128"})
    int coldMegabytes;

    /** Layers of a call, whose time is that of all of them; on a GPU, one would be shorter than the call. */
    @Param({"1"})
    int layers;

    @Param({"cpu-scalar", "cpu-vector"})
    String backend = BackendSelection.AUTO;

    @Param({"0"})
    int threads;

    private final Arena arena = Arena.ofShared();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Backend device;

    @SuppressWarnings("NullAway.Init")
    private KvPool pool;

    @SuppressWarnings("NullAway.Init")
    private Rows queries;

    @SuppressWarnings("NullAway.Init")
    private Rows keys;

    @SuppressWarnings("NullAway.Init")
    private Rows values;

    private Plan[] plans = {};
    private int next;

    @Setup(Level.Trial)
    public void setUp() {
        device = BackendSelection.open(backend, new BackendOptions(threads)).backend();
        queries = Rows.random(device, tokens == 0 ? context : tokens, HEADS * HEAD_DIM, 3, arena);
        keys = Rows.random(device, context, KV_HEADS * HEAD_DIM, 4, arena);
        values = Rows.random(device, context, KV_HEADS * HEAD_DIM, 5, arena);
        plans = new Plan[(int) Math.max(1, ((long) coldMegabytes << 20) / kvBytes(context))];
        pool = device.newKvPool(new KvLayout(plans.length, KV_HEADS, HEAD_DIM, DType.F16), pages());
        for (int layer = 0; layer < plans.length; layer++) {
            write(layer);
            plans[layer] = plan(layer);
            queries.feed(plans[layer], context - queries.count(), 1);
        }
    }

    /** Bytes of a layer's keys and values of so many positions. */
    static long kvBytes(int positions) {
        return new KvLayout(1, KV_HEADS, HEAD_DIM, DType.F16).pageBytes() * KvLayout.pagesFor(positions);
    }

    private int pages() {
        return KvLayout.pagesFor(context);
    }

    private void write(int layer) {
        try (Plan plan = keys.record(device, pages(), (ops, k) -> {
            ops.writeKv(k, values.embed(ops), pool, layer);
            return k;
        })) {
            keys.feed(plan, 0, 1);
            plan.run();
        }
    }

    /** From one layer on. */
    private Plan plan(int layer) {
        return queries.record(device, pages(), (ops, q) -> {
            Tensor out = ops.temp(Tensor.Rows.TOKENS, q.width());
            for (int more = 0; more < layers; more++) {
                ops.attention(q, pool, (layer + more) % plans.length, SCALE, out);
            }
            return out;
        });
    }

    @Benchmark
    public MemorySegment attention() {
        next = (next + layers) % plans.length;
        return plans[next].run();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        MemorySegment last = plans[0].run();
        for (int head = 0; head < HEADS; head += 5) {
            check(head, last);
        }
        for (Plan plan : plans) {
            plan.close();
        }
        List.of(queries, keys, values).forEach(Rows::close);
        pool.close();
        device.close();
        arena.close();
    }

    /** The last token's result by the definition, in double precision; a backend may store keys and values as binary16. */
    private void check(int head, MemorySegment found) {
        int kv = head * KV_HEADS / HEADS * HEAD_DIM;
        double[] sum = new double[HEAD_DIM];
        double total = 0;
        for (int position = 0; position < context; position++) {
            double score = 0;
            for (int d = 0; d < HEAD_DIM; d++) {
                score += (double) queries.at(queries.count() - 1, head * HEAD_DIM + d) * keys.at(position, kv + d);
            }
            double weight = Math.exp(score * SCALE);
            total += weight;
            for (int d = 0; d < HEAD_DIM; d++) {
                sum[d] += weight * values.at(position, kv + d);
            }
        }
        for (int d = 0; d < HEAD_DIM; d++) {
            float value = found.getAtIndex(ValueLayout.JAVA_FLOAT, (long) head * HEAD_DIM + d);
            ResultCheck.close("attention, head " + head + ", element " + d, sum[d] / total, value, 5e-4);
        }
    }
}
