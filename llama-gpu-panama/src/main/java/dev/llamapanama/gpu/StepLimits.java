// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;

/** What a plan's inputs may name: on the device, a number that is too large would end the context of all plans. */
final class StepLimits {
    private int vocabulary = Integer.MAX_VALUE;
    private int pages = Integer.MAX_VALUE;

    /** Token ids choose among so many rows. */
    void tokensBelow(int rows) {
        vocabulary = Math.min(vocabulary, rows);
    }

    /** Pages are of a pool of so many. */
    void pagesBelow(int count) {
        pages = Math.min(pages, count);
    }

    /**
     * Checks a step.
     *
     * @throws IllegalStateException if it has no tokens
     * @throws IndexOutOfBoundsException if it names what isn't there
     */
    void check(StepInputs inputs, StepShape shape) {
        if (inputs.tokens() == 0) {
            throw new IllegalStateException("step: found no tokens, expected at least one");
        }
        for (int row = 0; row < inputs.tokens(); row++) {
            require("token id", inputs.tokenIds().getAtIndex(JAVA_INT, row), vocabulary);
        }
        for (int s = 0; s < inputs.sequences(); s++) {
            int lastRow = inputs.sequenceStarts().getAtIndex(JAVA_INT, s + 1L) - 1;
            int used = KvLayout.pagesFor(inputs.positions().getAtIndex(JAVA_INT, lastRow) + 1);
            for (int page = 0; page < used; page++) {
                require("page", inputs.pageTables().getAtIndex(JAVA_INT, (long) s * shape.maxPages() + page), pages);
            }
        }
    }

    private static void require(String field, int found, int limit) {
        if (found < 0 || found >= limit) {
            throw new IndexOutOfBoundsException(field + ": found " + found + ", expected 0 to " + (limit - 1));
        }
    }
}
