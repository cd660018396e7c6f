// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.Locale;

/**
 * A ratio and its least.
 *
 * @param what was compared
 */
record Finding(String what, double found, double least) {
    boolean passed() {
        return found >= least; // not if it is no number
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s: %.2f, at least %.2f: %s", what, found, least, passed() ? "ok" : "FAILED");
    }
}
