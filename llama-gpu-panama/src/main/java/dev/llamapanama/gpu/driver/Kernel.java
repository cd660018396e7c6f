// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/**
 * A function that runs on the device, valid as long as its {@link KernelModule}.
 *
 * @param name for messages
 * @param handle the driver's
 */
public record Kernel(String name, long handle) {}
