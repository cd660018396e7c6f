// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

/** What a forward pass ends with. */
public enum Output {
    /** The logits of the next token, one for each id of the vocabulary. */
    LOGITS,
    /** The residual stream after the final norm, {@code dim} numbers: what an embedding is made of. */
    STATES
}
