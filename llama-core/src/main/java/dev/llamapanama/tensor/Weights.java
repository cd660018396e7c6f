// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Weights on a backend. Immutable; owned by the model that imported them. */
public interface Weights extends AutoCloseable {

    /** Name in the checkpoint. */
    String name();

    /** How the elements were stored. */
    DType type();

    /** {@code [outputs, inputs]}. */
    Shape shape();

    @Override
    void close();
}
