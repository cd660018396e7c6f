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
 * <p>C2 wants flat methods with a single loop: an iteration takes a few columns of four vectors of rows, which are as many independent
 * sums as hide the latency of an FMA.
 */
final class PackedKernelSource {
    private static final int VECTORS = 4;

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

                import dev.llamapanama.tensor.DType;
                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.ByteVector;
                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                import jdk.incubator.vector.ShortVector;
                import jdk.incubator.vector.VectorOperators;

                final class %1$sPackedKernel extends PackedKernel {
                %1$sPackedKernel() {
                super(new PackedLayout(DType.%1$s, %2$d, %3$d, %4$d, %5$b, %6$d, %7$d), StoredFields::%8$s);
                }
                """,
                type.name(),
                type.lowBits(),
                type.highBits(),
                type.bias(),
                type.minimum(),
                type.subBlock(),
                type.blockUnits(),
                type.name().replace('Q', 'q'));
        matVec();
        fold();
        panel();
        return out.add("}").toString();
    }

    private void matVec() {
        out.add("""

                @Override
                void matVec(MemorySegment w, long at, long distance, float[] x, float[] xSums, int units, float[] out) {
                """);
        beginSums(VECTORS);
        for (int v = 0; v < VECTORS; v++) {
            out.add("s%1$d.intoArray(out, %1$d * COUNT);", v);
        }
        beginLoop("0", "units");
        if (type.superScale()) {
            out.add(
                    "if ((i & %1$d) == 0) {\nscales(w, at, distance, block, out);\n}",
                    stepsOfUnit() * type.blockUnits() - 1);
        }
        if (type.split()) {
            out.add("columns(w, at, distance, 0, i, x, out);\ncolumns(w, at, distance, 2, i, x, out);");
        } else {
            products(VECTORS);
        }
        beginFold();
        if (!type.split()) {
            endSums(VECTORS);
        }
        out.add("fold(w, at, distance, i, xSums[%s], out);", shifted("i", foldShift()));
        endFold();
        out.add("}\n}");
        if (type.split()) {
            columns();
        }
    }

    /** An iteration for half of the vectors. */
    private void columns() {
        out.add("""

                private static void columns(MemorySegment w, long at, long distance, int first, int i, float[] x, float[] out) {
                """);
        beginSums(VECTORS / 2);
        addresses();
        products(VECTORS / 2);
        endSums(VECTORS / 2);
        out.add("}");
    }

    private void beginSums(int vectors) {
        String first = vectors < VECTORS ? "first + " : "";
        for (int v = 0; v < vectors; v++) {
            String vector = "(" + first + v + ")";
            out.add("long o%1$d = at + %2$s / PARTS * distance + %2$s %% PARTS * (4L * COUNT);", v, vector);
            out.add("FloatVector s%1$d = FloatVector.zero(FLOATS);", v);
        }
    }

    private void products(int vectors) {
        for (int v = 0; v < vectors; v++) {
            load("" + v, "o" + v);
        }
        for (int j = 0; j < type.step(); j++) {
            out.add("FloatVector x%1$d = FloatVector.broadcast(FLOATS, x[%2$d * i + %1$d]);", j, type.step());
            for (int v = 0; v < vectors; v++) {
                out.add("s%1$d = %2$s.fma(x%3$d, s%1$d);", v, quant("" + v, j), j);
            }
        }
    }

    private void endSums(int vectors) {
        String first = vectors < VECTORS ? "first + " : "";
        for (int v = 0; v < vectors; v++) {
            out.add("s%1$d.intoArray(out, (%2$s%1$d) * COUNT + SUMS);", v, first);
            if (vectors == VECTORS) {
                out.add("s%d = FloatVector.zero(FLOATS);", v);
            }
        }
    }

    /** Takes the sums of a sub-block into those of the rows. A method of its own, since larger ones are too large for C1. */
    private void fold() {
        out.add("""

                private static void fold(MemorySegment w, long at, long distance, int i, float xSum, float[] out) {
                """);
        addresses();
        out.add("FloatVector sumOfX = FloatVector.broadcast(FLOATS, xSum);");
        out.add("for (int v = 0; v < VECTORS; v++) {");
        if (type.superScale()) {
            out.add("long b = at + v / PARTS * distance + v %% PARTS * COUNT;");
            multiple("scale", "FloatVector.fromArray(FLOATS, out, v * COUNT + 2 * SUMS)", 0);
            if (type.minimum()) {
                multiple("minimum", "FloatVector.fromArray(FLOATS, out, v * COUNT + 3 * SUMS)", 16 * type.subBlocks());
            }
        } else {
            out.add("long h = at + v / PARTS * distance + v %% PARTS * (2L * COUNT);");
            halves("scale", "minimum");
        }
        out.add("FloatVector s = FloatVector.fromArray(FLOATS, out, v * COUNT + SUMS);");
        out.add("FloatVector sum = FloatVector.fromArray(FLOATS, out, v * COUNT);");
        out.add(
                type.minimum()
                        ? "minimum.fma(sumOfX, s.fma(scale, sum)).intoArray(out, v * COUNT);"
                        : "s.sub(sumOfX).fma(scale, sum).intoArray(out, v * COUNT);");
        out.add("}\n}");
        if (type.superScale()) {
            scales();
        }
    }

    /** Keeps what the scales of a block's sub-blocks are multiples of. */
    private void scales() {
        out.add("""

                private static void scales(MemorySegment w, long at, long distance, long block, float[] out) {
                for (int v = 0; v < VECTORS; v++) {
                long h = at + v / PARTS * distance + v %% PARTS * (2L * COUNT);
                """);
        halves("scale", "minimum");
        out.add("scale.intoArray(out, v * COUNT + 2 * SUMS);");
        if (type.minimum()) {
            out.add("minimum.intoArray(out, v * COUNT + 3 * SUMS);");
        }
        out.add("}\n}");
    }

    private void panel() {
        out.add("""

                @Override
                void panel(MemorySegment w, long at, int from, int to, float[] panel, int start, int stride, int scales, int minima) {
                for (int part = 0; part < PARTS; part++) {
                long o = at + part * (4L * COUNT);
                long h = at + part * (2L * COUNT);
                int p = start + part * COUNT;
                """);
        if (type.superScale()) {
            out.add("long b = at + part * COUNT;");
        }
        beginLoop("from", "to");
        load("", "o");
        out.add("int column = p + (%d * i - 32 * from) * stride;", type.step());
        for (int j = 0; j < type.step(); j++) {
            out.add("%s.intoArray(panel, column + %d * stride);", quant("", j), j);
        }
        beginFold();
        scale();
        out.add("int row = p + (%s - %d * from) * stride;", shifted("i", foldShift()), 32 / type.subBlock());
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

    private void beginLoop(String from, String to) {
        out.add("for (int i = %1$d * %2$s; i < %1$d * %3$s; i++) {", stepsOfUnit(), from, to);
        addresses();
    }

    private int unitShift() {
        return Integer.numberOfTrailingZeros(stepsOfUnit());
    }

    /** Where the block, the scales of the sub-block and the unit of iteration {@code i} are. */
    private void addresses() {
        int blockShift = unitShift() + Integer.numberOfTrailingZeros(type.blockUnits());
        out.add("long block = (long) (i >>> %d) * %d;", blockShift, type.blockBytes());
        if (type.superScale()) {
            String sub = shifted("i", foldShift());
            out.add("long sub = block + %d + (%s & %d) * 16L;", type.minimum() ? 64 : 32, sub, type.subBlocks() - 1);
        }
        String unit = type.superScale() ? " + (i >>> " + unitShift() + " & 7) * " + type.unitBytes() + "L" : "";
        out.add("long unit = block + %d%s;", type.headerBytes(), unit);
    }

    /** Loads the integers that hold the columns of the iteration. */
    private void load(String v, String address) {
        switch (type.lowBits()) {
            case 8 -> loadInts("low" + v, 2, address + " + unit + (i & 3) * 128L");
            case 6 -> loadInts("low" + v, 3, address + " + unit + (i & 1) * 192L");
            case 4 -> loadInts("low" + v, 1, address + " + unit + (i & 3) * 64L");
            default -> {
                loadInts("pair" + v, 1, address + " + unit + (i >>> 1 & 1) * 64L");
                out.add("IntVector low%1$s_0 = pair%1$s_0.lanewise(VectorOperators.LSHR, (i & 1) << 4);", v);
            }
        }
        if (type.highBits() > 0) {
            loadInts("plane" + v, 1, address + " + unit + " + 64 * type.lowBits());
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
        multiple("scale", "ofBlock", 0);
        if (type.minimum()) {
            multiple("minimum", "minimumOfBlock", 16 * type.subBlocks());
        }
    }

    private void halves(String scale, String minimum) {
        half(scale, "w, h + block");
        if (type.minimum()) {
            half(minimum, "w, h + block + 32");
        }
    }

    /** What is stored in bytes, times what they are multiples of. */
    private void multiple(String name, String ofBlock, int offset) {
        out.add("""
                FloatVector %1$s = %2$s.mul((FloatVector) ByteVector.fromMemorySegment(BYTES, w, b + sub + %3$d, LITTLE)
                .convertShape(VectorOperators.B2F, FLOATS, 0));
                """, name, ofBlock, offset);
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
