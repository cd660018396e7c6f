// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Weights;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Records the experts of a mixture: only those that a row of the step has chosen are read. What an expert reads is a row of its own, so that
 * one launch does a product of all experts; results are added in the order of experts, so that what a row gets doesn't depend on the others.
 * On the device's thread.
 */
final class Mixture {
    /** As {@code choose_experts} and {@code group_experts} have it. */
    private static final int MOST_EXPERTS = 2048;

    private static final int WARP = 32;

    private final CudaOps ops;
    private final Launches launches;
    private final Recording recording;

    /** Matrices of all experts. */
    private record Networks(ExpertMatrices gate, ExpertMatrices up, ExpertMatrices down, int count) {
        boolean isForTensorCores() {
            return Stream.of(gate, up, down).allMatch(ExpertMatrices::isForTensorCores);
        }
    }

    Mixture(CudaOps ops, Launches launches) {
        this.ops = ops;
        this.launches = launches;
        recording = launches.recording();
    }

    /**
     * Checks how many experts a row can choose among how many.
     *
     * @throws IllegalArgumentException if it can't
     */
    static void requireChoice(int experts, int perToken) {
        if (perToken < 1 || perToken > experts) {
            throw new IllegalArgumentException("experts per token: found " + perToken + ", expected 1 to " + experts);
        }
        if (experts > MOST_EXPERTS) {
            throw new IllegalArgumentException("experts: found " + experts + ", expected at most " + MOST_EXPERTS);
        }
    }

    /** Whether one launch can do a product of all experts. */
    static boolean isAlike(List<SwiGlu> experts) {
        return Stream.<Function<SwiGlu, Weights>>of(SwiGlu::gate, SwiGlu::up, SwiGlu::down)
                .allMatch(which -> ExpertMatrices.isAlike(matrices(experts, which)));
    }

    private static List<CudaWeights> matrices(List<SwiGlu> experts, Function<SwiGlu, Weights> which) {
        return experts.stream().map(which).map(CudaWeights.class::cast).toList();
    }

    /**
     * Appends {@code out += Σ expert(weight · x)}.
     *
     * @param routes logits of the experts, {@code [tokens, experts]}
     */
    void record(CudaTensor x, CudaTensor routes, List<SwiGlu> experts, int perToken, CudaTensor out) {
        Networks networks = networks(experts);
        DeviceBuffer choices = recording.workspace().allocate(ExpertRows.bytes(x.most() * perToken));
        launches.launch(
                "choose_experts",
                tokens -> Grid.of(x.most(tokens), WARP),
                routes.address(),
                recording.count(routes),
                networks.count,
                perToken,
                choices.address());
        for (ProductKernel.Use use :
                ProductKernel.forExperts(x.most(), perToken, networks.count, networks.isForTensorCores())) {
            recording.within(use.above(), use.most(), () -> run(use, networks, x, choices.address(), perToken, out));
        }
        recording.workspace().release(choices);
    }

    private Networks networks(List<SwiGlu> experts) {
        return new Networks(
                ExpertMatrices.of(recording, matrices(experts, SwiGlu::gate)),
                ExpertMatrices.of(recording, matrices(experts, SwiGlu::up)),
                ExpertMatrices.of(recording, matrices(experts, SwiGlu::down)),
                experts.size());
    }

    private void run(
            ProductKernel.Use use, Networks networks, CudaTensor x, long choices, int perToken, CudaTensor out) {
        ProductKernel kernel = use.kernel();
        int most = use.most() * perToken;
        ExpertRows rows = kernel == ProductKernel.T1
                ? ExpertRows.asChosen(choices, most)
                : ExpertRows.grouped(recording, choices, most, perToken, networks.count, kernel.tokens());
        CudaTensor scaled = recording.tensor(x.rows(), perToken, use.most(), x.width());
        CudaTensor gated = recording.tensor(x.rows(), perToken, use.most(), networks.gate.rows());
        CudaTensor hidden = recording.tensor(x.rows(), perToken, use.most(), networks.up.rows());
        CudaTensor results = recording.tensor(x.rows(), perToken, use.most(), networks.down.rows());
        Products products = launches.products();
        scale(x, rows, perToken, scaled);
        products.ofExperts(scaled, networks.gate, kernel, rows, gated);
        products.ofExperts(scaled, networks.up, kernel, rows, hidden);
        ops.swiGlu(gated, hidden, hidden);
        products.ofExperts(hidden, networks.down, kernel, rows, results);
        add(results, rows, perToken, out);
        List.of(scaled, gated, hidden, results).forEach(ops::release);
        rows.release(recording.workspace());
    }

    private void scale(CudaTensor x, ExpertRows rows, int perToken, CudaTensor scaled) {
        launches.launch(
                "scale_chosen",
                CudaOps.elements(scaled),
                x.address(),
                recording.count(scaled),
                rows.choices(),
                perToken,
                rows.order(),
                scaled.address(),
                scaled.width());
    }

    private void add(CudaTensor results, ExpertRows rows, int perToken, CudaTensor out) {
        launches.launch(
                "add_chosen",
                CudaOps.elements(out),
                results.address(),
                recording.count(out),
                rows.choices(),
                perToken,
                rows.placeOfChoice(),
                out.address(),
                out.width());
    }
}
