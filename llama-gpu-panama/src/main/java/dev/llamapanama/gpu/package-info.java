// SPDX-License-Identifier: Apache-2.0
/** The CUDA backend. */
package dev.llamapanama.gpu;
