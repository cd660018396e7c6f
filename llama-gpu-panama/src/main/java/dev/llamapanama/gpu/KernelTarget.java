// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Device;

/** What the kernels of this module are translated for. */
enum KernelTarget {
    /** Any device of compute capability 8.0 or higher. */
    COMPUTE_80("compute_80"),

    /** Those of 9.0 exactly, with instructions that no other has. */
    SM_90A("sm_90a");

    private static final int HOPPER = 90;

    private final String architecture;

    KernelTarget(String architecture) {
        this.architecture = architecture;
    }

    /** The one that a device runs best. */
    static KernelTarget of(Device device) {
        return device.computeCapability() == HOPPER ? SM_90A : COMPUTE_80;
    }

    /** A device as diagnostics name it, with the kernels that it runs. */
    static String describe(Device device) {
        return device.name() + ", kernels for " + of(device).architecture;
    }

    /** The resource beside the classes. */
    String resource() {
        return "kernels-" + architecture + ".ptx.gz";
    }
}
