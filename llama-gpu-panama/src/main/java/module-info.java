// SPDX-License-Identifier: Apache-2.0
import dev.llamapanama.gpu.CudaBackendProvider;
import dev.llamapanama.tensor.BackendProvider;
import org.jspecify.annotations.NullMarked;

/** The CUDA backend: found by the engine through {@link java.util.ServiceLoader}; there is nothing to import. */
@NullMarked
module dev.llamapanama.gpu {
    requires dev.llamapanama.core;
    requires static transitive org.jspecify;

    provides BackendProvider with
            CudaBackendProvider;
}
