// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** A recorded operation. */
@FunctionalInterface
interface Node {
    void run(Step step);
}
