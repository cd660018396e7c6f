// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.tensor.BackendSelection;
import java.util.List;

/**
 * What was chosen, and why not something else: for a log or a bug report.
 *
 * @param file the model
 * @param format its format in words
 * @param backend name of the backend in use
 * @param device what it computes on
 * @param threads threads that compute
 * @param contextLength positions that one generation may have
 * @param loadMillis time that opening took
 * @param candidates every backend found, best first, with its verdict
 */
public record Diagnostics(
        String file,
        String format,
        String backend,
        String device,
        int threads,
        int contextLength,
        double loadMillis,
        List<BackendSelection.Candidate> candidates) {
    public Diagnostics {
        candidates = List.copyOf(candidates);
    }
}
