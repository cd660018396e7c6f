// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendProvider;
import dev.llamapanama.tensor.Usability;

/** The CPU backend that needs nothing. */
public final class ScalarBackendProvider implements BackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ScalarBackendProvider() {}

    @Override
    public String id() {
        return "cpu-scalar";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Usability usability() {
        return Usability.usable("plain Java, needs no flag");
    }

    @Override
    public Backend open(BackendOptions options) {
        return new CpuBackend(new ScalarKernels(), options);
    }
}
