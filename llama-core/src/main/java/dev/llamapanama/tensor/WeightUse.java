// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** What weights are read for, which decides how a backend lays them out. */
public enum WeightUse {
    /** {@link Ops#linear} and all that is composed of it: every element at each step. */
    PRODUCT,
    /** {@link Ops#embed} and the vectors of {@link Ops#rmsNorm}: single rows. */
    ROWS
}
