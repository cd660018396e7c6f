// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.List;

/**
 * A mixture of experts: the rows that have chosen an expert are gathered, so that its weights are read once for all of them, and those of
 * an expert that none has chosen not at all. Experts take turns in their order, so that what a row gets doesn't depend on the others.
 */
final class MixtureNode implements Node {
    private final CpuTensor x;
    private final CpuTensor routes;
    private final CpuTensor gathered;
    private final CpuTensor results;
    private final CpuTensor out;
    private final List<Expert> experts;
    private final int[] rowOf;

    /** What one expert does to gathered rows. */
    record Expert(LinearNode gate, LinearNode up, SwiGluNode swiGlu, LinearNode down) {
        private void run(int rows) {
            gate.multiply(rows);
            up.multiply(rows);
            swiGlu.apply(rows);
            down.multiply(rows);
        }
    }

    /**
     * @param routes weight of each expert for each row, 0 where it isn't chosen
     * @param gathered what experts read
     * @param results what they write
     */
    MixtureNode(
            CpuTensor x,
            CpuTensor routes,
            CpuTensor gathered,
            CpuTensor results,
            CpuTensor out,
            List<Expert> experts,
            int maxTokens) {
        this.x = x;
        this.routes = routes;
        this.gathered = gathered;
        this.results = results;
        this.out = out;
        this.experts = experts;
        rowOf = new int[maxTokens];
    }

    @Override
    public void run(Step step) {
        int rows = step.rows(x.rows());
        for (int e = 0; e < experts.size(); e++) {
            int chosenBy = gather(e, rows);
            if (chosenBy > 0) {
                experts.get(e).run(chosenBy);
                scatter(chosenBy);
            }
        }
    }

    private int gather(int expert, int rows) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            float weight = routes.data()[row * routes.width() + expert];
            if (weight != 0) {
                for (int i = 0; i < x.width(); i++) {
                    gathered.data()[count * x.width() + i] = x.data()[row * x.width() + i] * weight;
                }
                rowOf[count++] = row;
            }
        }
        return count;
    }

    private void scatter(int count) {
        for (int n = 0; n < count; n++) {
            int to = rowOf[n] * out.width();
            for (int i = 0; i < out.width(); i++) {
                out.data()[to + i] += results.data()[n * out.width() + i];
            }
        }
    }
}
