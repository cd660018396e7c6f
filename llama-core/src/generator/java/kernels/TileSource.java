// SPDX-License-Identifier: Apache-2.0
package kernels;

/**
 * Writes the micro-kernels of the matrix product: a few tokens times two vectors of rows, each sum in a register of its own, as many
 * as hide the latency of an FMA and fit the registers. The order of each sum is that of the kernels for one token. Tokens of a tile
 * stand side by side, so that few registers hold addresses.
 */
final class TileSource {
    private static final int VECTORS = 2;
    /** Tokens of a tile where there are 16 registers. */
    private static final int FEW = 4;
    /** Tokens of a tile where there are 32. */
    private static final int MANY = 8;
    /** Numbers of a sub-block and a token: what its sum begins at, its scale, and the sum of its activations. */
    private static final int FACTORS = 3;
    /** Columns of an iteration of {@link #unrolled}. */
    private static final int STEP = 2;

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
        for (int tokens : new int[] {FEW, MANY}) {
            source.packed(tokens, 16, false);
            source.packed(tokens, 16, true);
            source.packed(tokens, 32, false);
            source.packed(tokens, 32, true);
            source.plain(tokens);
            source.interleaved(tokens);
        }
        return source.out.add("}").toString();
    }

    /** Rows of which sub-blocks of columns have scales, and minima or not. Sums of a sub-block are those of integers and exact. */
    private void packed(int tokens, int subBlock, boolean minimum) {
        out.add("""

                static void packed%1$dx%2$d%3$s(float[] panel, int p, int stride, int scales, int minima, float[] x, int xo, int cols, float[] factors, int fo, float[] sums, int to) {
                """, tokens, subBlock, minimum ? "Minimum" : "");
        if (tokens == FEW) {
            nested(tokens, subBlock, minimum);
        } else {
            unrolled(tokens, subBlock, minimum);
        }
        out.add("}");
    }

    /**
     * A loop over the columns of a sub-block, one at a time: with more in its body C2 runs out of 16 registers. It counts activations, whose
     * addresses then take no instruction; beside a busy neighbour on the same core that is a fifth of the time.
     */
    private void nested(int tokens, int subBlock, boolean minimum) {
        out.add("for (int block = 0; block < cols / %d; block++) {", subBlock);
        out.add("int column = p + block * %d * WIDTH;", subBlock);
        out.add("int activations = xo + block * %d;", subBlock * tokens);
        out.add("int factor = fo + block * %d;", FACTORS * tokens);
        start(tokens, "factor", true);
        out.add("for (int i = 0; i < %d; i += %d) {", subBlock * tokens, tokens);
        column(tokens, "", "column + i * (WIDTH / " + tokens + ")", "activations + i");
        out.add("}");
        fold(tokens, minimum);
        out.add("}");
    }

    /**
     * A flat loop. The stride of the panel is an argument, though it is always the same: the check that remains before each column keeps
     * C2 from loading the activations of all columns first, more than there are registers for.
     */
    private void unrolled(int tokens, int subBlock, boolean minimum) {
        start(tokens, "fo", true);
        out.add("for (int i = 0; i < cols; i += %d) {", STEP);
        for (int j = 0; j < STEP; j++) {
            column(tokens, "_" + j, "p + (i + " + j + ") * stride", "xo + (i + " + j + ") * " + tokens);
        }
        out.add("if ((i & %d) == %d) {", subBlock - STEP, subBlock - STEP);
        out.add("int block = i / %d;", subBlock);
        out.add("int factor = fo + block * %d;", FACTORS * tokens);
        fold(tokens, minimum);
        start(tokens, "factor + " + FACTORS * tokens, false);
        out.add("}\n}");
    }

    /** Takes the sums of a sub-block into those of the tile. */
    private void fold(int tokens, boolean minimum) {
        for (int v = 0; v < VECTORS; v++) {
            String at = "block * WIDTH + " + v + " * COUNT";
            out.add("FloatVector scale%1$d = FloatVector.fromArray(FLOATS, panel, scales + %2$s);", v, at);
            if (minimum) {
                out.add("FloatVector minimum%1$d = FloatVector.fromArray(FLOATS, panel, minima + %2$s);", v, at);
            }
        }
        for (int t = 0; t < tokens; t++) {
            out.add("FloatVector scaleOfX%1$d = FloatVector.broadcast(FLOATS, factors[factor + %2$d]);", t, tokens + t);
            if (minimum) {
                out.add(
                        "FloatVector sumOfX%1$d = FloatVector.broadcast(FLOATS, factors[factor + %2$d]);",
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
    }

    /** Any two matrices: adds to the sums. */
    private void plain(int tokens) {
        out.add("""

                static void plain%1$d(float[] panel, int p, int stride, float[] x, int xo, int xs, int cols, float[] sums, int to, int ts) {
                """, tokens);
        for (int t = 0; t < tokens; t++) {
            out.add("int x%1$d = xo + %1$d * xs;", t);
        }
        sums(tokens, "ts", true);
        out.add("for (int i = 0; i < cols; i++) {");
        products(tokens, "p + i * stride", "i");
        out.add("}");
        sums(tokens, "ts", false);
        out.add("}");
    }

    /** Two matrices column by column, each side by side as wide as the tile: adds to the sums, which are as wide. */
    private void interleaved(int tokens) {
        out.add("""

                static void interleaved%1$d(float[] panel, int p, float[] x, int xo, int cols, float[] sums, int to) {
                """, tokens);
        sums(tokens, VECTORS + " * COUNT", true);
        out.add("for (int i = 0; i < cols; i++) {");
        column(tokens, "", "p + i * " + VECTORS + " * COUNT", "xo + i * " + tokens);
        out.add("}");
        sums(tokens, VECTORS + " * COUNT", false);
        out.add("}");
    }

    private void sums(int tokens, String stride, boolean load) {
        String line = load
                ? "FloatVector s%1$d%2$d = FloatVector.fromArray(FLOATS, sums, to + %1$d * %3$s + %2$d * COUNT);"
                : "s%1$d%2$d.intoArray(sums, to + %1$d * %3$s + %2$d * COUNT);";
        for (int t = 0; t < tokens; t++) {
            for (int v = 0; v < VECTORS; v++) {
                out.add(line, t, v, stride);
            }
        }
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

    /** The products of a column whose activations stand side by side. */
    private void column(int tokens, String suffix, String row, String activations) {
        for (int v = 0; v < VECTORS; v++) {
            out.add(
                    "FloatVector w%1$d%2$s = FloatVector.fromArray(FLOATS, panel, %3$s + %1$d * COUNT);",
                    v, suffix, row);
        }
        for (int t = 0; t < tokens; t++) {
            out.add("FloatVector x%1$d%2$s = FloatVector.broadcast(FLOATS, x[%3$s + %1$d]);", t, suffix, activations);
            for (int v = 0; v < VECTORS; v++) {
                out.add("s%1$d%2$d = w%2$d%3$s.fma(x%1$d%3$s, s%1$d%2$d);", t, v, suffix);
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
