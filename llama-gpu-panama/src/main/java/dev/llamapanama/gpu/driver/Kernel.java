// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/**
 * A function that runs on the device, valid as long as its {@link KernelModule}.
 *
 * @param name for messages
 * @param handle the driver's
 * @param overlaps whether it may begin before those ahead of it have ended, since it waits for them where it needs what they wrote
 */
public record Kernel(String name, long handle, boolean overlaps) {}
