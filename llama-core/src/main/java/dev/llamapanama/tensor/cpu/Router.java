// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.Arrays;

/** Turns the logits of experts into the weights of the few that are chosen. */
final class Router implements Node {
    private final CpuTensor logits;
    private final int perToken;
    private final boolean[] chosen;

    Router(CpuTensor logits, int perToken) {
        if (perToken < 1 || perToken > logits.width()) {
            throw new IllegalArgumentException(
                    "experts per token: found " + perToken + ", expected 1 to " + logits.width());
        }
        this.logits = logits;
        this.perToken = perToken;
        chosen = new boolean[logits.width()];
    }

    @Override
    public void run(Step step) {
        for (int row = 0; row < step.rows(logits.rows()); row++) {
            int start = row * chosen.length;
            Arrays.fill(chosen, false);
            for (int n = 0; n < perToken; n++) {
                chosen[largest(start)] = true;
            }
            weigh(start);
        }
    }

    /** The first of the largest that aren't chosen yet; one of them even if none is a number. */
    private int largest(int start) {
        float[] all = logits.data();
        int best = -1;
        for (int e = 0; e < chosen.length; e++) {
            if (!chosen[e] && (best < 0 || all[start + e] > all[start + best])) {
                best = e;
            }
        }
        return best;
    }

    private void weigh(int start) {
        float[] all = logits.data();
        for (int e = 0; e < chosen.length; e++) {
            all[start + e] = chosen[e] ? (float) (1 / (1 + Math.exp(-all[start + e]))) : 0;
        }
    }
}
