// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.Usability;

/** Says whether the backend can be used in this JVM. */
final class UsabilityMain {
    private UsabilityMain() {}

    public static void main(String[] args) {
        Usability usability = new CudaBackendProvider().usability();
        System.out.println(usability.usable() + " " + usability.reason());
    }
}
