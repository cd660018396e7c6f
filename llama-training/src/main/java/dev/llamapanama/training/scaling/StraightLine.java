// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

/**
 * A line through points by least squares.
 *
 * @param start its value at 0
 * @param slope how it grows
 */
record StraightLine(double start, double slope) {

    static StraightLine through(double[] x, double[] y) {
        double meanX = mean(x);
        double meanY = mean(y);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            products += (x[i] - meanX) * (y[i] - meanY);
            squares += (x[i] - meanX) * (x[i] - meanX);
        }
        double slope = products / squares;
        return new StraightLine(meanY - slope * meanX, slope);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
