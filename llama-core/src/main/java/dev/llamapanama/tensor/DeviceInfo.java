// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * What a backend computes on.
 *
 * @param name instruction set or device, such as {@code Vector API, 512-bit}
 * @param threads host threads that compute, the calling one included
 * @param advice what would make it faster, in words a user can act on; may be empty
 */
public record DeviceInfo(String name, int threads, String advice) {}
