// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.QkvProjection;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records operations as launches of kernels. On the device's thread. */
final class CudaOps implements Ops {
    /** Threads of most blocks. */
    private static final int THREADS = 256;

    /** Those of kernels that work on heads or pairs. */
    private static final int HALF = 128;

    private static final int WARP = 32;
    private static final int MOST_THREADS = 1024;

    private final Recording recording;
    private final Products products;
    private final Launches launches;
    private final RotaryTables rotaryTables;
    private final Mixture mixture;
    private final KvWrites kvWrites;
    private final PagedAttention attention;
    private @Nullable CudaTensor logits;

    CudaOps(Recording recording) {
        this.recording = recording;
        LastMade lastMade = new LastMade();
        ActivationRounding rounding = new ActivationRounding(recording, lastMade);
        products = new Products(recording, rounding, lastMade);
        launches = new Launches(recording, rounding, products, lastMade);
        rotaryTables = new RotaryTables(recording);
        mixture = new Mixture(this, launches);
        kvWrites = new KvWrites(launches, rotaryTables);
        attention = new PagedAttention(launches);
    }

    CudaTensor logits() {
        if (logits == null) {
            throw new IllegalStateException("plan: found no kept logits, expected a call of keepLogits");
        }
        return logits;
    }

    private void launch(String kernel, StepGrid grid, Object... arguments) {
        launches.launch(kernel, grid, arguments);
    }

    private long count(Tensor tensor) {
        return recording.count(cuda(tensor));
    }

    /** A thread for each element. */
    static StepGrid elements(CudaTensor tensor) {
        return tokens -> Grid.of(Math.ceilDiv(tensor.width(), THREADS), tensor.most(tokens), THREADS);
    }

    private static StepGrid rows(CudaTensor tensor, int threads) {
        return tokens -> Grid.of(tensor.most(tokens), threads);
    }

    @Override
    public Tensor temp(Tensor.Rows rows, int width) {
        return recording.tensor(rows, width);
    }

    @Override
    public void release(Tensor temp) {
        products.released(cuda(temp));
        recording.workspace().release(cuda(temp).buffer());
    }

    @Override
    public void embed(Weights table, Tensor x) {
        CudaWeights weights = (CudaWeights) table;
        CudaTensor out = CudaTensor.of(x, weights.cols());
        recording.limits().tokensBelow(weights.rows());
        List<Object> arguments = new ArrayList<>(List.of(recording.step().tokenIds(), count(x)));
        arguments.addAll(weights.parts());
        Collections.addAll(arguments, out.address(), weights.cols());
        if (!weights.format().isQuantised()) {
            arguments.add(weights.stride());
        }
        launch("embed_" + weights.format().suffix(), rows(out, THREADS), arguments.toArray());
    }

    @Override
    public void rmsNorm(Tensor x, Weights weight, double eps, Tensor out) {
        CudaWeights vector = (CudaWeights) weight;
        CudaTensor in = CudaTensor.of(x, vector.cols());
        CudaTensor to = CudaTensor.of(out, vector.cols());
        StepGrid grid = rows(in, normThreads(in.width()));
        launches.launchMaker(
                to,
                "rms_norm",
                grid,
                grid,
                grid,
                in.address(),
                count(in),
                vector.vector(),
                (float) eps,
                to.address(),
                in.width());
    }

    /** Whole warps, with four elements for each thread. */
    private static int normThreads(int width) {
        return Math.min(MOST_THREADS, Math.ceilDiv(width, 4 * WARP) * WARP);
    }

    @Override
    public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        CudaWeights w = (CudaWeights) weight;
        products.linear(CudaTensor.of(in, w.cols()), w, epilogue, CudaTensor.of(out, w.rows()));
    }

    @Override
    public void rope(Tensor x, RopeFrequencies frequencies) {
        CudaTensor heads = CudaTensor.ofHeads(x, frequencies.headDim());
        RotaryTables.Table table = rotaryTables.of(frequencies);
        launch(
                "rope",
                tokens -> Grid.of(Math.ceilDiv(heads.width() / 2, HALF), heads.most(tokens), HALF),
                heads.address(),
                count(heads),
                table.cosines(),
                table.sines(),
                heads.width(),
                frequencies.headDim());
    }

    @Override
    public void rmsNormHeads(Tensor x, int headDim, double eps) {
        CudaTensor heads = CudaTensor.ofHeads(x, headDim);
        launch(
                "norm_heads",
                tokens -> Grid.of(heads.width() / headDim, heads.most(tokens), HALF),
                heads.address(),
                count(heads),
                (float) eps,
                heads.width(),
                headDim);
    }

    @Override
    public void temper(Tensor q, int floor, double scale) {
        CudaTensor queries = cuda(q);
        launch(
                "temper",
                elements(queries),
                queries.address(),
                count(queries),
                recording.step().positions(),
                floor,
                scale,
                queries.width());
    }

    @Override
    public void writeKv(Tensor keys, Tensor values, KvPool kv, int layer) {
        kvWrites.write(keys, values, KvPages.of(recording, kv, layer));
    }

    @Override
    public void attention(Tensor q, KvPool kv, int layer, double scale, int chunk, Tensor out) {
        attention.attend(cuda(q), KvPages.of(recording, kv, layer), scale, chunk, CudaTensor.of(out, q.width()));
    }

    @Override
    public void swiGlu(Tensor gate, Tensor up, Tensor out) {
        CudaTensor gated = cuda(gate);
        CudaTensor raised = CudaTensor.of(up, gate.width());
        CudaTensor to = CudaTensor.of(out, gate.width());
        launches.launchMaker(
                to,
                "swiglu",
                elements(gated),
                ActivationRounding.grid(to),
                SplitActivations.grid(to),
                gated.address(),
                raised.address(),
                count(gate),
                to.address(),
                gate.width());
    }

    @Override
    public void route(Tensor logits, int perToken) {
        CudaTensor of = cuda(logits);
        Mixture.requireChoice(of.width(), perToken);
        launch("route", rows(of, 32), of.address(), count(of), of.width(), perToken);
    }

    @Override
    public void scaleRows(Tensor x, Tensor factors, int column, Tensor out) {
        CudaTensor from = cuda(x);
        CudaTensor by = cuda(factors);
        CudaTensor to = CudaTensor.of(out, x.width());
        launch(
                "scale_rows",
                elements(from),
                from.address(),
                count(from),
                by.address(),
                by.width(),
                column,
                to.address(),
                from.width());
    }

    /** Composed, if the matrices of its experts aren't alike. */
    @Override
    public void moe(Tensor x, Weights router, List<SwiGlu> experts, int perToken, Tensor out) {
        Mixture.requireChoice(experts.size(), perToken);
        if (!Mixture.isAlike(experts)) {
            Ops.super.moe(x, router, experts, perToken, out);
            return;
        }
        Tensor routes = temp(x.rows(), experts.size());
        linear(x, router, Epilogue.STORE, routes);
        mixture.record(cuda(x), cuda(routes), experts, perToken, CudaTensor.of(out, x.width()));
        release(routes);
    }

    @Override
    public void selectLogitRows(Tensor x, Tensor out) {
        CudaTensor from = cuda(x);
        CudaTensor to = CudaTensor.of(out, x.width());
        launch(
                "select_rows",
                elements(to),
                from.address(),
                recording.step().logitRows(),
                count(to),
                to.address(),
                to.width());
    }

    @Override
    public void keepLogits(Tensor logits) {
        this.logits = cuda(logits);
    }

    @Override
    public void qkvRope(Tensor x, QkvProjection w, Tensor q, KvPool kv, int layer) {
        Tensor normed = temp(Tensor.Rows.TOKENS, x.width());
        Tensor k = temp(Tensor.Rows.TOKENS, (int) w.wk().shape().rows());
        Tensor v = temp(Tensor.Rows.TOKENS, (int) w.wv().shape().rows());
        rmsNorm(x, w.norm(), w.eps(), normed);
        linears(normed, List.of(w.wq(), w.wk(), w.wv()), List.of(q, k, v));
        RopeFrequencies frequencies = w.rope();
        if (frequencies != null && !w.headNorm()) {
            kvWrites.turnAndWrite(q, k, v, frequencies, KvPages.of(recording, kv, layer));
        } else {
            for (Tensor heads : List.of(q, k)) {
                turnAndNorm(heads, w, kv.layout().headDim());
            }
            writeKv(k, v, kv, layer);
        }
        release(normed);
        release(k);
        release(v);
    }

    private void turnAndNorm(Tensor heads, QkvProjection w, int headDim) {
        if (w.rope() != null) {
            rope(heads, w.rope());
        }
        if (w.headNorm()) {
            rmsNormHeads(heads, headDim, w.eps());
        }
    }

    @Override
    public void gateUp(Tensor x, Weights gate, Weights up, Tensor hidden) {
        Tensor gated = temp(Tensor.Rows.TOKENS, hidden.width());
        linears(x, List.of(gate, up), List.of(gated, hidden));
        swiGlu(gated, hidden, hidden);
        release(gated);
    }

    /** In a plan of one token, its row is the one that is wanted, if any is. */
    @Override
    public void head(Tensor x, Weights norm, double eps, Weights output) {
        if (cuda(x).most() > 1) {
            Ops.super.head(x, norm, eps, output);
            return;
        }
        Tensor last = temp(Tensor.Rows.LOGITS, x.width());
        Tensor logits = temp(Tensor.Rows.LOGITS, (int) output.shape().rows());
        rmsNorm(x, norm, eps, last);
        linear(last, output, Epilogue.STORE, logits);
        keepLogits(logits);
        release(last);
    }

    private void linears(Tensor in, List<Weights> weights, List<Tensor> outs) {
        List<CudaWeights> matrices = new ArrayList<>();
        List<CudaTensor> tensors = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            CudaWeights matrix = (CudaWeights) weights.get(i);
            CudaTensor.of(in, matrix.cols());
            matrices.add(matrix);
            tensors.add(CudaTensor.of(outs.get(i), matrix.rows()));
        }
        products.linears(cuda(in), matrices, tensors);
    }

    private static CudaTensor cuda(Tensor tensor) {
        return (CudaTensor) tensor;
    }
}
