// SPDX-License-Identifier: Apache-2.0
package kernels;

/**
 * Writes the micro-kernels of the matrix product: a few tokens times two vectors of rows, each sum in a register of its own, as many
 * as hide the latency of an FMA and fit the registers. The order of each sum is that of the kernels for one token.
 */
final class TileSource {
    private static final int VECTORS = 2;
    /** Tokens times columns of an iteration. */
    private static final int BODY = 16;

    private final Source out = new Source();

    static String write() {
        TileSource source = new TileSource();
        source.out.add("""
                // Generated; the source is in src/generator.
                package dev.llamapanama.tensor.cpu;

                import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
                import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
                import static dev.llamapanama.tensor.cpu.PackedProduct.WIDTH;

                import jdk.incubator.vector.FloatVector;

                final class Tiles {
                private Tiles() {}
                """);
        for (int tokens : new int[] {4, 8}) {
            source.packed(tokens, 16, false);
            source.packed(tokens, 16, true);
            source.packed(tokens, 32, false);
            source.packed(tokens, 32, true);
            source.plain("plain", tokens, "i");
            source.plain("strided", tokens, "i * COUNT");
        }
        return source.out.add("}").toString();
    }

    /**
     * Rows of which sub-blocks of columns have scales, and minima or not. Sums of a sub-block are those of integers and exact. Tokens of the tile
     * stand side by side, so that few registers hold addresses. The stride of the panel is an argument, though it is always the same: the check that remains before each column keeps C2
     * from loading the activations of all columns first, more than there are registers for.
     */
    private void packed(int tokens, int subBlock, boolean minimum) {
        out.add("""

                static void packed%1$dx%2$d%3$s(float[] panel, int p, int stride, int scales, int minima, float[] x, int xo, int cols, float[] factors, int fo, float[] sums, int to) {
                """, tokens, subBlock, minimum ? "Minimum" : "");
        int step = BODY / tokens;
        start(tokens, "fo", true);
        out.add("for (int i = 0; i < cols; i += %d) {", step);
        for (int j = 0; j < step; j++) {
            for (int v = 0; v < VECTORS; v++) {
                out.add(
                        "FloatVector w%1$d_%2$d = FloatVector.fromArray(FLOATS, panel, p + (i + %1$d) * stride + %2$d * COUNT);",
                        j, v);
            }
            for (int t = 0; t < tokens; t++) {
                out.add(
                        "FloatVector x%1$d_%2$d = FloatVector.broadcast(FLOATS, x[xo + (i + %1$d) * %3$d + %2$d]);",
                        j, t, tokens);
                for (int v = 0; v < VECTORS; v++) {
                    out.add("s%1$d%2$d = w%3$d_%2$d.fma(x%3$d_%1$d, s%1$d%2$d);", t, v, j);
                }
            }
        }
        out.add("if ((i & %d) == %d) {", subBlock - step, subBlock - step);
        out.add("int row = i / %d * WIDTH;", subBlock);
        out.add("int sub = fo + i / %d * %d;", subBlock, 3 * tokens);
        for (int v = 0; v < VECTORS; v++) {
            out.add("FloatVector scale%1$d = FloatVector.fromArray(FLOATS, panel, scales + row + %1$d * COUNT);", v);
            if (minimum) {
                out.add(
                        "FloatVector minimum%1$d = FloatVector.fromArray(FLOATS, panel, minima + row + %1$d * COUNT);",
                        v);
            }
        }
        for (int t = 0; t < tokens; t++) {
            out.add("FloatVector scaleOfX%1$d = FloatVector.broadcast(FLOATS, factors[sub + %2$d]);", t, tokens + t);
            if (minimum) {
                out.add(
                        "FloatVector sumOfX%1$d = FloatVector.broadcast(FLOATS, factors[sub + %2$d]);",
                        t, 2 * tokens + t);
            }
            for (int v = 0; v < VECTORS; v++) {
                String at = "to + %d * WIDTH + %d * COUNT".formatted(t, v);
                String sum = "s%1$d%2$d.mul(scaleOfX%1$d).fma(scale%2$d, FloatVector.fromArray(FLOATS, sums, %3$s))"
                        .formatted(t, v, at);
                out.add(
                        "%s.intoArray(sums, %s);",
                        minimum ? "minimum%d.fma(sumOfX%d, %s)".formatted(v, t, sum) : sum, at);
            }
        }
        start(tokens, "sub + " + 3 * tokens, false);
        out.add("}\n}\n}");
    }

    /** Any two matrices, of the one all columns or each {@code COUNT}-th: adds to the sums. */
    private void plain(String name, int tokens, String column) {
        out.add("""

                static void %2$s%1$d(float[] panel, int p, int stride, float[] x, int xo, int xs, int cols, float[] sums, int to, int ts) {
                """, tokens, name);
        for (int t = 0; t < tokens; t++) {
            out.add("int x%1$d = xo + %1$d * xs;", t);
        }
        for (int t = 0; t < tokens; t++) {
            for (int v = 0; v < VECTORS; v++) {
                out.add(
                        "FloatVector s%1$d%2$d = FloatVector.fromArray(FLOATS, sums, to + %1$d * ts + %2$d * COUNT);",
                        t, v);
            }
        }
        out.add("for (int i = 0; i < cols; i++) {");
        products(tokens, "p + i * stride", column);
        out.add("}");
        for (int t = 0; t < tokens; t++) {
            for (int v = 0; v < VECTORS; v++) {
                out.add("s%1$d%2$d.intoArray(sums, to + %1$d * ts + %2$d * COUNT);", t, v);
            }
        }
        out.add("}");
    }

    /** Sums of a sub-block begin where the prepared activations say. */
    private void start(int tokens, String at, boolean declare) {
        for (int t = 0; t < tokens; t++) {
            for (int v = 0; v < VECTORS; v++) {
                out.add(
                        "%1$ss%2$d%3$d = FloatVector.broadcast(FLOATS, factors[%4$s + %2$d]);",
                        declare ? "FloatVector " : "", t, v, at);
            }
        }
    }

    private void products(int tokens, String row, String column) {
        for (int v = 0; v < VECTORS; v++) {
            out.add("FloatVector w%1$d = FloatVector.fromArray(FLOATS, panel, %2$s + %1$d * COUNT);", v, row);
        }
        for (int t = 0; t < tokens; t++) {
            out.add("FloatVector x%1$d_ = FloatVector.broadcast(FLOATS, x[x%1$d + %2$s]);", t, column);
            for (int v = 0; v < VECTORS; v++) {
                out.add("s%1$d%2$d = w%2$d.fma(x%1$d_, s%1$d%2$d);", t, v);
            }
        }
    }
}
