// SPDX-License-Identifier: Apache-2.0
package kernels;

/**
 * Writes the kernel of a {@link PackedType}. Lanes are rows: 16 rows are stored together, so that a lane sums up one row, nothing is
 * ever added across lanes, and the order of a sum doesn't depend on the width of the vectors. In a sub-block {@code s = Σ x · q} over
 * ascending columns; then {@code sum += scale · (s − bias · Σ x)}, or {@code sum += scale · s + minimum · Σ x}.
 *
 * <p>A quant is not shifted to where it counts as one: it is masked where it stands among the others of its integer, which makes it too
 * large by a power of two, and the activation that it is multiplied with is smaller by the same power ({@code PackedLayout.exponent}).
 *
 * <p>C2 wants flat methods with a single loop: an iteration takes a few columns of a few vectors of rows.
 */
final class PackedKernelSource {
    private final PackedType type;
    private final Source out = new Source();

    private PackedKernelSource(PackedType type) {
        this.type = type;
    }

    static String of(PackedType type) {
        return new PackedKernelSource(type).write();
    }

    private String write() {
        out.add(
                """
                // Generated; the source is in src/generator.
                package dev.llamapanama.tensor.cpu;

                import static dev.llamapanama.tensor.cpu.Lanes.BYTES;
                import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
                import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
                import static dev.llamapanama.tensor.cpu.Lanes.INTS;
                import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;
                import static dev.llamapanama.tensor.cpu.Lanes.PARTS;
                import static dev.llamapanama.tensor.cpu.Lanes.SHORTS;
                import static dev.llamapanama.tensor.cpu.PackedProduct.WIDTH;

                import dev.llamapanama.tensor.DType;
                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.ByteVector;
                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                import jdk.incubator.vector.ShortVector;
                import jdk.incubator.vector.VectorOperators;

                final class %1$sPackedKernel extends PackedKernel {
                private static final int VECTORS = Math.max(%9$d, PARTS);

                %1$sPackedKernel() {
                super(new PackedLayout(DType.%1$s, %2$d, %3$d, %4$d, %5$b, %6$d, %7$d), StoredFields::%8$s, VECTORS);
                }
                """,
                type.name(),
                type.lowBits(),
                type.highBits(),
                type.bias(),
                type.minimum(),
                type.subBlock(),
                type.blockUnits(),
                type.name().replace('Q', 'q'),
                type.vectors());
        matVec();
        scales();
        panel();
        return out.add("}").toString();
    }

    private void matVec() {
        int vectors = type.vectors();
        out.add("""

                @Override
                void matVec(MemorySegment w, long at, long distance, float[] x, int xo, float[] xSums, int so, int units, float[] out) {
                for (int first = 0; first < VECTORS; first += %1$d) {
                products(w, at, distance, first, x, xo, xSums, so, units, out);
                }
                }

                private static void products(MemorySegment w, long at, long distance, int first, float[] x, int xo, float[] xSums, int so, int units, float[] out) {
                """, vectors);
        for (int v = 0; v < vectors; v++) {
            out.add("long o%1$d = at + (first + %1$d) / PARTS * distance + (first + %1$d) %% PARTS * (4L * COUNT);", v);
            out.add("FloatVector s%1$d = FloatVector.zero(FLOATS);", v);
            if (vectors == 2) {
                out.add("FloatVector sum%1$d = FloatVector.fromArray(FLOATS, out, (first + %1$d) * COUNT);", v);
            }
        }
        out.add("for (int i = 0; i < %d * units; i++) {", stepsOfUnit());
        for (int v = 0; v < vectors; v++) {
            load("" + v, "o" + v);
        }
        for (int j = 0; j < type.step(); j++) {
            out.add("FloatVector x%1$d = FloatVector.broadcast(FLOATS, x[xo + %2$d * i + %1$d]);", j, type.step());
            for (int v = 0; v < vectors; v++) {
                out.add("s%1$d = %2$s.fma(x%3$d, s%1$d);", v, quant("" + v, j), j);
            }
        }
        beginFold();
        out.add("FloatVector sumOfX = FloatVector.broadcast(FLOATS, xSums[so + %s]);", shifted("i", foldShift()));
        out.add("int scale = SCALES + (%s * VECTORS + first) * COUNT;", shifted("i", foldShift()));
        for (int v = 0; v < vectors; v++) {
            fold(v);
        }
        endFold();
        out.add("}");
        if (vectors == 2) {
            for (int v = 0; v < vectors; v++) {
                out.add("sum%1$d.intoArray(out, (first + %1$d) * COUNT);", v);
            }
        }
        out.add("}");
    }

    /** Takes the sums of a sub-block into those of the rows. */
    private void fold(int v) {
        String scale = "FloatVector.fromArray(FLOATS, out, scale + " + v + " * COUNT)";
        String minimum = "FloatVector.fromArray(FLOATS, out, scale + " + v + " * COUNT + MINIMA - SCALES)";
        if (type.vectors() == 2) {
            out.add("sum%1$d = s%1$d.sub(sumOfX).fma(%2$s, sum%1$d);", v, scale);
            out.add("s%d = FloatVector.zero(FLOATS);", v);
            return;
        }
        out.add("FloatVector sum%1$d = FloatVector.fromArray(FLOATS, out, (first + %1$d) * COUNT);", v);
        out.add(
                type.minimum()
                        ? "%3$s.fma(sumOfX, s%1$d.fma(%2$s, sum%1$d)).intoArray(out, (first + %1$d) * COUNT);"
                        : "s%1$d.sub(sumOfX).fma(%2$s, sum%1$d).intoArray(out, (first + %1$d) * COUNT);",
                v,
                scale,
                minimum);
        out.add("s%d = FloatVector.zero(FLOATS);", v);
    }

    /** Decodes the scales and minima of all sub-blocks. */
    private void scales() {
        out.add("""

                @Override
                void scales(MemorySegment w, long at, long distance, int blocks, float[] out) {
                for (int i = 0; i < VECTORS * blocks; i++) {
                long v = i %% VECTORS;
                long block = (long) (i / VECTORS) * %1$d + v / PARTS * distance;
                long h = at + v %% PARTS * (2L * COUNT);
                int to = SCALES + (i / VECTORS * VECTORS * %2$d + i %% VECTORS) * COUNT;
                """, type.headerBytes(), type.subBlocks());
        if (type.superScale()) {
            halves("ofBlock", "minimumOfBlock");
            out.add("""
                    for (int sub = 0; sub < %d; sub++) {
                    long b = at + block + v %% PARTS * COUNT + %d + 16L * sub;
                    """, type.subBlocks(), type.minimum() ? 64 : 32);
            multiple("scale", "ofBlock", "b");
            out.add("scale.intoArray(out, to + sub * VECTORS * COUNT);");
            if (type.minimum()) {
                multiple("minimum", "minimumOfBlock", "b + " + 16 * type.subBlocks());
                out.add("minimum.intoArray(out, to + sub * VECTORS * COUNT + MINIMA - SCALES);");
            }
            out.add("}");
        } else {
            halves("scale", "minimum");
            out.add("scale.intoArray(out, to);");
            if (type.minimum()) {
                out.add("minimum.intoArray(out, to + MINIMA - SCALES);");
            }
        }
        out.add("}\n}");
    }

    private void panel() {
        out.add("""

                @Override
                void panel(MemorySegment w, long at, long units, int count, float[] panel, int start, int scales, int minima) {
                for (int part = 0; part < PARTS; part++) {
                long o = units + part * (4L * COUNT);
                long h = at + part * (2L * COUNT);
                int p = start + part * COUNT;
                """);
        out.add("for (int i = 0; i < %d * count; i++) {", stepsOfUnit());
        load("", "o");
        out.add("int column = p + %d * i * WIDTH;", type.step());
        for (int j = 0; j < type.step(); j++) {
            out.add("%s.intoArray(panel, column + %d * WIDTH);", quant("", j), j);
        }
        beginFold();
        out.add(
                "long block = (long) (i >>> %d) * %d;",
                unitShift() + Integer.numberOfTrailingZeros(type.blockUnits()), type.headerBytes());
        scale();
        out.add("int row = p + %s * WIDTH;", shifted("i", foldShift()));
        out.add("scale.intoArray(panel, scales + row);");
        if (type.minimum()) {
            out.add("minimum.intoArray(panel, minima + row);");
        }
        endFold();
        out.add("}\n}\n}");
    }

    private int stepsOfUnit() {
        return 32 / type.step();
    }

    /** Iterations of a sub-block, as a power of two. */
    private int foldShift() {
        return Integer.numberOfTrailingZeros(type.subBlock() / type.step());
    }

    private static String shifted(String value, int shift) {
        return shift == 0 ? value : "(" + value + " >>> " + shift + ")";
    }

    private int unitShift() {
        return Integer.numberOfTrailingZeros(stepsOfUnit());
    }

    /** Loads the integers that hold the columns of the iteration. */
    private void load(String v, String address) {
        String line = address + " + ";
        if (type.highBits() > 0) {
            line += "(i >>> 2) * " + type.unitBytes() + "L + ";
        }
        String low = type.highBits() > 0 ? "(i & 3)" : "i";
        switch (type.lowBits()) {
            case 8 -> loadInts("low" + v, 1, line + low + " * 64L");
            case 6 -> loadInts("low" + v, 3, line + low + " * 192L");
            case 4 -> loadInts("low" + v, 1, line + low + " * 64L");
            default -> {
                loadInts("pair" + v, 1, line + "(" + low + " >>> 1) * 64L");
                out.add("IntVector low%1$s_0 = pair%1$s_0.lanewise(VectorOperators.LSHR, (i & 1) << 4);", v);
            }
        }
        if (type.highBits() > 0) {
            loadInts("plane" + v, 1, line + 64 * type.lowBits());
            out.add("IntVector high%1$s = plane%1$s_0.lanewise(VectorOperators.LSHR, (i & 3) << 3);", v);
        }
    }

    private void loadInts(String name, int count, String address) {
        for (int n = 0; n < count; n++) {
            String at = n == 0 ? address : address + " + " + 64 * n;
            out.add("IntVector %s_%d = IntVector.fromMemorySegment(INTS, w, %s, LITTLE);", name, n, at);
        }
    }

    /** {@code q} of column {@code j}, times the power of two that its place stands for, as floats. */
    private String quant(String v, int j) {
        int bits = type.lowBits();
        int each = Integer.SIZE / bits;
        String q;
        if (type.highBits() > 0) {
            q = moved("low" + v + "_0", bits, bits * j, 0) + ".or(" + moved("high" + v, 1, j, bits) + ")";
        } else if (bits == 6 && j == 15) {
            q = rest(v);
        } else {
            String low = "low" + v + "_" + j / each;
            int at = bits * (j % each);
            q = at + bits == Integer.SIZE ? moved(low, bits, at, 0) : masked(low, bits, at);
        }
        return "((FloatVector) " + q + ".convert(VectorOperators.I2F, 0))";
    }

    /** The sixteenth quant of six bits, of which each of three integers has two above its five others. */
    private static String rest(String v) {
        return moved("low" + v + "_0", 2, 30, 0)
                + ".or(" + moved("low" + v + "_1", 2, 30, 2) + ")"
                + ".or(" + moved("low" + v + "_2", 2, 30, 4) + ")";
    }

    private static String masked(String vector, int bits, int at) {
        return vector + ".and(0x" + Integer.toHexString(((1 << bits) - 1) << at) + ")";
    }

    /** Moves a field of so many bits from one place to another and clears all others. */
    private static String moved(String vector, int bits, int from, int to) {
        if (from == to) {
            return masked(vector, bits, to);
        }
        String moved = vector + ".lanewise(VectorOperators." + (from < to ? "LSHL" : "LSHR") + ", "
                + Math.abs(to - from) + ")";
        return from + bits == Integer.SIZE && to == 0 ? moved : masked(moved, bits, to);
    }

    private void beginFold() {
        int last = (1 << foldShift()) - 1;
        if (last > 0) {
            out.add("if ((i & %1$d) == %1$d) {", last);
        }
    }

    private void endFold() {
        if (foldShift() > 0) {
            out.add("}");
        }
    }

    /** The scales of the sub-block, and its minima. */
    private void scale() {
        if (!type.superScale()) {
            halves("scale", "minimum");
            return;
        }
        halves("ofBlock", "minimumOfBlock");
        out.add(
                "long b = at + part * COUNT + block + %d + (%s & %d) * 16L;",
                type.minimum() ? 64 : 32, shifted("i", foldShift()), type.subBlocks() - 1);
        multiple("scale", "ofBlock", "b");
        if (type.minimum()) {
            multiple("minimum", "minimumOfBlock", "b + " + 16 * type.subBlocks());
        }
    }

    private void halves(String scale, String minimum) {
        half(scale, "w, h + block");
        if (type.minimum()) {
            half(minimum, "w, h + block + 32");
        }
    }

    /** What is stored in bytes, times what they are multiples of. */
    private void multiple(String name, String ofBlock, String address) {
        out.add("""
                FloatVector %1$s = %2$s.mul((FloatVector) ByteVector.fromMemorySegment(BYTES, w, %3$s, LITTLE)
                .convertShape(VectorOperators.B2F, FLOATS, 0));
                """, name, ofBlock, address);
    }

    /** Halves as floats; the arithmetic is explained in F16Kernel. */
    private void half(String name, String address) {
        out.add("""
                IntVector %1$sBits = (IntVector) ShortVector.fromMemorySegment(SHORTS, %2$s, LITTLE)
                .convertShape(VectorOperators.S2I, INTS, 0);
                IntVector %1$sNormal = %1$sBits.and(0x7fff).lanewise(VectorOperators.LSHL, 13).add(112 << 23);
                IntVector %1$sSubnormal = %1$sNormal.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
                FloatVector %1$s = %1$sNormal.min(%1$sSubnormal).or(%1$sBits.and(0x80000000)).reinterpretAsFloats();
                """, name, address);
    }
}
