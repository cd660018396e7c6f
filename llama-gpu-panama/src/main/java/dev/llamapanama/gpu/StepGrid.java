// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;

/** The blocks of a launch: those of a graph for few tokens are fewer than its plan's largest step needs. */
@FunctionalInterface
interface StepGrid {
    /**
     * Those for steps of a graph.
     *
     * @param tokens that they have at most
     */
    Grid of(int tokens);
}
