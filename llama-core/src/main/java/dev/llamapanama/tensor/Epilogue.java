// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** What happens to the product of {@link Ops#linear}. */
public enum Epilogue {
    /** It replaces the output. */
    STORE,
    /** It is added to the output: the residual connection. */
    ADD
}
