// SPDX-License-Identifier: Apache-2.0
/**
 * Scaling laws: a family of small models is trained, laws of the loss are fitted to what they come to, and the loss of a larger one is predicted.
 * Compute is {@code 6 · N · D}, N all weights and D tokens, as Hoffmann et al. (arXiv 2203.15556) and Llama 3 (arXiv 2407.21783, § 3.2.1) count it.
 */
@org.jspecify.annotations.NullMarked
package dev.llamapanama.training.scaling;
