// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** An adapter was closed before or while it was used. */
public final class AdapterClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Says which adapter is closed. */
    public AdapterClosedException(String adapter) {
        super("the adapter is closed: " + adapter);
    }
}
