// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/** The factors f and g with the least Σ (x − f·u − g·v)². */
final class NormalEquations {
    private double uu;
    private double uv;
    private double vv;
    private double ux;
    private double vx;

    void clear() {
        uu = 0;
        uv = 0;
        vv = 0;
        ux = 0;
        vx = 0;
    }

    void add(double u, double v, double x) {
        uu += u * u;
        uv += u * v;
        vv += v * v;
        ux += u * x;
        vx += v * x;
    }

    /** f; where v is always 0, or in proportion to u, that of u alone. */
    double first() {
        double determinant = determinant();
        if (determinant > 0) {
            return (ux * vv - vx * uv) / determinant;
        }
        return uu > 0 ? ux / uu : 0;
    }

    /** g; 0 where v adds nothing to u. */
    double second() {
        double determinant = determinant();
        if (determinant > 0) {
            return (vx * uu - ux * uv) / determinant;
        }
        return uu == 0 && vv > 0 ? vx / vv : 0;
    }

    private double determinant() {
        return uu * vv - uv * uv;
    }
}
