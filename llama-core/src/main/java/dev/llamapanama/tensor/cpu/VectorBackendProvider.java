// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendProvider;
import dev.llamapanama.tensor.Usability;

/** The CPU backend on the Vector API. Touches no class of that module before it is known to be there. */
public final class VectorBackendProvider implements BackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public VectorBackendProvider() {}

    @Override
    public String id() {
        return "cpu-vector";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Usability usability() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return Usability.unusable("the module jdk.incubator.vector is not loaded;"
                    + " start Java with --add-modules jdk.incubator.vector for several times the speed");
        }
        String vm = System.getProperty("java.vm.info", "");
        if (vm.contains("interpreted") || vm.contains("emulated-client")) {
            return Usability.unusable(
                    "the C2 compiler is switched off (" + vm
                            + "), without which vectors are slower than scalars; start Java without -Xint and -XX:TieredStopAtLevel");
        }
        return Usability.usable(VectorKernels.describe());
    }

    @Override
    public Backend open(BackendOptions options) {
        Usability usability = usability();
        if (!usability.usable()) {
            throw new IllegalStateException(id() + ": " + usability.reason());
        }
        return new CpuBackend(TieredKernels.SHARED, options);
    }
}
