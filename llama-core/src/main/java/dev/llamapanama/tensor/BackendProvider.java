// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Opens backends of one kind; found by {@link java.util.ServiceLoader}, so that adding a jar is the switch. */
public interface BackendProvider {

    /** Short name on the command line and in diagnostics: {@code cpu-scalar}, {@code cpu-vector}, {@code cuda}. */
    String id();

    /** The usable provider of the highest priority is chosen where the user chose none. */
    int priority();

    /** Whether {@link #open} would succeed here, and why. Cheap, and never throws. */
    Usability usability();

    /**
     * Opens a backend of its own threads and memory.
     *
     * @throws IllegalStateException if it isn't usable, with the reason
     */
    Backend open(BackendOptions options);
}
