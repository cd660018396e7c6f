// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Perplexity;
import java.io.PrintStream;

/** A bar on standard error that fills up, where somebody watches it. */
final class ProgressBar implements Perplexity.Progress, AutoCloseable {
    private static final int WIDTH = 40;

    private final PrintStream err;
    private final boolean visible;
    private int shown = -1;

    ProgressBar(Console console) {
        err = console.err();
        visible = console.terminal();
    }

    @Override
    public void scored(int done, int total) {
        show(done, total);
    }

    /** Shows how much of something is done. */
    void show(long done, long total) {
        int percent = (int) (100 * ((double) done / total));
        if (visible && percent != shown) {
            shown = percent;
            int filled = WIDTH * percent / 100;
            err.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + percent + " %");
            err.flush();
        }
    }

    /** Wipes it away, until more is shown. */
    void wipe() {
        if (shown >= 0) {
            err.print("\r" + " ".repeat(WIDTH + 8) + "\r");
            err.flush();
            shown = -1;
        }
    }

    @Override
    public void close() {
        wipe();
    }
}
