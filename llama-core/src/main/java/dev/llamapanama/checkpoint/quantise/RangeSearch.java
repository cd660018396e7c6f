// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/**
 * The scale d and offset m with which q = 0 … top fit numbers x best: least Σ (x − d·q − m)². For given q they are the line of linear
 * regression. Ranges of several widths are tried, from the least number on and around the middle, and from the best the two steps,
 * nearest q and best line, go on in turn while they gain.
 */
final class RangeSearch {
    private static final int STEPS = 3;
    private static final float STEP = 1 / 2f;
    private static final int MOST_TURNS = 6;

    private final int top;
    private final boolean negative;
    private double scale;
    private double offset;
    private double error;
    private double bestScale;
    private double bestOffset;
    private double bestError;

    /**
     * @param negative whether the offset may not be above 0
     */
    RangeSearch(int top, boolean negative) {
        this.top = top;
        this.negative = negative;
    }

    /** Factor of q, 0 or more. */
    double scale() {
        return bestScale;
    }

    /** What q = 0 stands for. */
    double offset() {
        return bestOffset;
    }

    void fit(float[] values, int start, int count) {
        float least = negative ? 0 : values[start];
        float most = values[start];
        for (int i = start; i < start + count; i++) {
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        bestScale = 0;
        bestOffset = least;
        bestError = Double.POSITIVE_INFINITY;
        if (most > least) {
            tryRanges(values, start, count, least, most);
            if (bestError == Double.POSITIVE_INFINITY) {
                bestScale = Double.POSITIVE_INFINITY; // numbers too large for any: what is stored must not look right
            }
        }
    }

    private void tryRanges(float[] values, int start, int count, float least, float most) {
        for (int i = -STEPS; i <= STEPS; i++) {
            float inverse = (top + i * STEP) / (most - least);
            consider(values, start, count, inverse, least);
            if (i != 0) {
                consider(values, start, count, inverse, (least + most - top / inverse) / 2);
            }
        }
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            if (!consider(values, start, count, Halves.inverse(bestScale), (float) bestOffset)) {
                break;
            }
        }
    }

    private boolean consider(float[] values, int start, int count, float inverse, float from) {
        regress(values, start, count, inverse, from);
        if (!(error < bestError)) {
            return false;
        }
        bestScale = scale;
        bestOffset = offset;
        bestError = error;
        return true;
    }

    private void regress(float[] values, int start, int count, float inverse, float from) {
        double q1 = 0;
        double q2 = 0;
        double x1 = 0;
        double x2 = 0;
        double xq = 0;
        for (int i = start; i < start + count; i++) {
            float x = values[i];
            float q = code(x, inverse, from, top);
            q1 += q;
            q2 += q * q;
            x1 += x;
            x2 += x * x;
            xq += x * q;
        }
        double determinant = count * q2 - q1 * q1;
        scale = determinant > 0 ? (count * xq - x1 * q1) / determinant : 0;
        offset = (x1 - scale * q1) / count;
        if (negative && offset > 0) {
            offset = 0;
            scale = q2 > 0 ? Math.max(0, xq / q2) : 0;
        }
        error = x2 + scale * (scale * q2 - 2 * xq + 2 * offset * q1) + offset * (count * offset - 2 * x1);
    }

    /** The nearest q of a number. */
    static int code(float value, float inverse, float from, int top) {
        return Math.max(0, Math.min(top, (int) ((value - from) * inverse + 0.5f)));
    }
}
