// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.Arrays;

/**
 * The sum of columns that comes closest to values above 0: least squares of relative errors, with weights, by a QR decomposition (modified Gram-Schmidt).
 * For losses, relative errors are those of their logarithms.
 *
 * @param coefficients one for each column
 * @param squares weighted sum of relative errors, squared
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LeastSquares(double[] coefficients, double squares) {
    private static final double DEPENDENT = 1e-12;

    /** Any coefficients. Columns that depend on those before them get 0. */
    static LeastSquares of(double[][] columns, double[] values, double[] weights) {
        int count = columns.length;
        double[][] basis = new double[count][];
        double[] rest = new double[values.length];
        for (int j = 0; j < count; j++) {
            basis[j] = scaled(columns[j], values, weights);
        }
        for (int i = 0; i < rest.length; i++) {
            rest[i] = Math.sqrt(weights[i]);
        }
        double[][] upper = new double[count][count];
        double[] coefficients = new double[count];
        for (int j = 0; j < count; j++) {
            double own = Math.sqrt(dot(basis[j], basis[j]));
            for (int k = 0; k < j; k++) {
                upper[k][j] = dot(basis[k], basis[j]);
                subtract(basis[j], upper[k][j], basis[k]);
            }
            double length = Math.sqrt(dot(basis[j], basis[j]));
            boolean dependent = length <= DEPENDENT * own;
            upper[j][j] = dependent ? 1 : length;
            for (int i = 0; i < rest.length; i++) {
                basis[j][i] = dependent ? 0 : basis[j][i] / length;
            }
            coefficients[j] = dot(basis[j], rest);
            subtract(rest, coefficients[j], basis[j]);
        }
        for (int j = count - 1; j >= 0; j--) {
            for (int k = j + 1; k < count; k++) {
                coefficients[j] -= upper[j][k] * coefficients[k];
            }
            coefficients[j] /= upper[j][j];
        }
        return new LeastSquares(coefficients, dot(rest, rest));
    }

    /** Coefficients of 0 or more: the best of all choices of columns, of which there are few. */
    static LeastSquares nonNegative(double[][] columns, double[] values, double[] weights) {
        LeastSquares best = of(columns, values, weights);
        if (best.isNonNegative()) {
            return best;
        }
        best = new LeastSquares(
                new double[columns.length], Arrays.stream(weights).sum());
        for (int choice = 1; choice < (1 << columns.length) - 1; choice++) {
            double[][] chosen = new double[Integer.bitCount(choice)][];
            for (int j = 0, to = 0; j < columns.length; j++) {
                if ((choice >> j & 1) == 1) {
                    chosen[to++] = columns[j];
                }
            }
            LeastSquares some = of(chosen, values, weights);
            if (some.squares < best.squares && some.isNonNegative()) {
                best = new LeastSquares(spread(some.coefficients, choice, columns.length), some.squares);
            }
        }
        return best;
    }

    private boolean isNonNegative() {
        return Arrays.stream(coefficients).allMatch(coefficient -> coefficient >= 0);
    }

    private static double[] spread(double[] chosen, int choice, int count) {
        double[] all = new double[count];
        for (int j = 0, from = 0; j < count; j++) {
            all[j] = (choice >> j & 1) == 1 ? chosen[from++] : 0;
        }
        return all;
    }

    private static double[] scaled(double[] column, double[] values, double[] weights) {
        double[] scaled = new double[column.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = column[i] * Math.sqrt(weights[i]) / values[i];
        }
        return scaled;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void subtract(double[] from, double factor, double[] what) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= factor * what[i];
        }
    }
}
