// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

/**
 * Addresses of a list of rows, as kernels want it.
 *
 * @param count how many they are
 * @param rows their indices in the step, or 0 if they are all of it in their order
 * @param positions their positions in their sequences
 * @param sequences the sequences that they belong to
 */
record ListedRows(long count, long rows, long positions, long sequences) {}
