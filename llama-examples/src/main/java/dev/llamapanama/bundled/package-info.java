// SPDX-License-Identifier: Apache-2.0
/** The model that needs no download. */
@org.jspecify.annotations.NullMarked
package dev.llamapanama.bundled;
