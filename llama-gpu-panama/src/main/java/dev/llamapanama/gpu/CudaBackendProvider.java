// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.CudaException;
import dev.llamapanama.gpu.driver.Device;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendProvider;
import dev.llamapanama.tensor.Usability;

/**
 * The CUDA backend: usable where the driver of an NVIDIA GPU is installed, chosen before those of the CPU. The system property
 * {@code dev.llamapanama.gpu.driver} names another library than that of the driver.
 *
 * <p>A token has the same bits in any step of up to 8 tokens, whatever else is computed there, but not quite those that it has in a larger step:
 * products on tensor cores add up in another order.
 */
public final class CudaBackendProvider implements BackendProvider {
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
        try {
            return Usability.usable(KernelTarget.describe(Device.first()));
        } catch (CudaException e) {
            return Usability.unusable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Backend open(BackendOptions options) {
        Usability usability = usability();
        if (!usability.usable()) {
            throw new IllegalStateException(id() + ": " + usability.reason());
        }
        return new CudaBackend(options);
    }
}
