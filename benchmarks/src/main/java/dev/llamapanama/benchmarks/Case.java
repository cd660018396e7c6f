// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

/**
 * A benchmark with all its parameters.
 *
 * @param backend that runs it, or empty if none does
 */
record Case(Kernel kernel, String backend, Parameters parameters) {
    /** The yardstick of the last column. */
    static final String SCALAR = "cpu-scalar";

    static final String VECTOR = "cpu-vector";

    /** Enough for a call of a GPU to take longer than its start. */
    private static final int LAYERS = 16;

    /** A case of no backend. */
    static Case plain(Kernel kernel, Parameters parameters) {
        return new Case(kernel, "", parameters);
    }

    /** The same on another backend. */
    Case on(String other) {
        return new Case(kernel, other, parameters);
    }

    Kernel.Description describe() {
        return kernel.describe(parameters);
    }

    /** Whether the limits of the processor are its limits. */
    boolean isOnProcessor() {
        return backend.isEmpty() || isProcessor(backend);
    }

    static boolean isProcessor(String backend) {
        return backend.startsWith("cpu-");
    }

    /** Operations of a call. */
    int operations() {
        return isOnProcessor() || !kernel.hasLayers() ? 1 : LAYERS;
    }

    /** What JMH has to be told. */
    Parameters jmhParameters() {
        Parameters all = backend.isEmpty() ? parameters : parameters.with("backend", backend);
        return operations() == 1 ? all : all.with("layers", operations());
    }

    @Override
    public String toString() {
        Kernel.Description words = describe();
        return words.kernel() + ", " + words.type() + ", " + words.size() + (backend.isEmpty() ? "" : ", " + backend);
    }
}
