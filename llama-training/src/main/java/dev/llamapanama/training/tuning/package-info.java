// SPDX-License-Identifier: Apache-2.0
/**
 * What makes an assistant of a language model: answers to learn from, preferences between answers, rewards, and policies that earn them. Losses
 * add gradients to a network; what they change, all weights or adapters, is a {@link dev.llamapanama.training.tuning.Trainable}.
 */
@org.jspecify.annotations.NullMarked
package dev.llamapanama.training.tuning;
