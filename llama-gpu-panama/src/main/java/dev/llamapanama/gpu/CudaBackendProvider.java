// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendProvider;
import dev.llamapanama.tensor.Usability;

/** The CUDA backend. This version has its place in the selection and no kernels: it says so, and the CPU is used. */
public final class CudaBackendProvider implements BackendProvider {
    private static final String NO_KERNELS =
            "this version of llama-gpu-panama has no CUDA kernels yet; models run on the CPU";

    /** For {@link java.util.ServiceLoader}. */
    public CudaBackendProvider() {}

    @Override
    public String id() {
        return "cuda";
    }

    @Override
    public int priority() {
        return 20;
    }

    @Override
    public Usability usability() {
        return Usability.unusable(NO_KERNELS);
    }

    @Override
    public Backend open(BackendOptions options) {
        throw new IllegalStateException(id() + ": " + NO_KERNELS);
    }
}
