// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** The model was closed before or while it was used. */
public final class ModelClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Says that the model is closed. */
    public ModelClosedException() {
        super("the model is closed");
    }
}
