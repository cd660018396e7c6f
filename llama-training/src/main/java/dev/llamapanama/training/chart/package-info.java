// SPDX-License-Identifier: Apache-2.0
/** Charts of numbers, as SVG. */
@org.jspecify.annotations.NullMarked
package dev.llamapanama.training.chart;
