// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import java.nio.file.Path;

/**
 * What a {@link Conversion} wrote.
 *
 * @param file where it is
 * @param bytes its length
 * @param nanos how long it took
 * @param error root of the mean square of what was stored minus what it stands for, over all weights; 0 where all were copied
 * @param relativeError the same in units of the root of the mean square of the weights
 */
public record ConversionReport(Path file, long bytes, long nanos, double error, double relativeError) {}
