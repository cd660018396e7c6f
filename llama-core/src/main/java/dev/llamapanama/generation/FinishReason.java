// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** Why a generation ended. */
public enum FinishReason {
    /** The model said so by an end token, or a stop string came up. */
    STOP,
    /** As many tokens as were asked for. */
    LENGTH,
    /** No position is left in the context. */
    CONTEXT_FULL,
    /** The caller closed the stream. */
    CANCELLED,
    /** The time that it was given is over. */
    TIMEOUT
}
