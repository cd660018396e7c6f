// SPDX-License-Identifier: Apache-2.0
package kernels;

/**
 * Writes the kernel of a {@link PackedType}. Lanes are rows, which are stored side by side, so that a lane sums up one row, nothing is
 * ever added across lanes, and the order of a sum doesn't depend on the width of the vectors.
 *
 * <p>One token: activations are integers of 8 bits, and the products of a sub-block are summed up in lanes of 16 bits, half of the
 * columns of a row in one and half in the other. Sums on the way may wrap; what counts is that the sum of {@code (q − centre) · x} fits, which is
 * why they begin at {@code −centre · Σ x}. Then {@code sum += scale · (s · scaleOfX)}, and {@code sum += minimum · Σ x}. Where integers hold nothing but
 * whole quants, these aren't even taken apart by masks, and both halves count as one number: {@code Multipliers}.
 *
 * <p>Panels for many tokens: a quant is not shifted to where it counts as one. It is masked where it stands among the others of its
 * integer, which makes it too large by a power of two, and the activation that it is multiplied with is smaller by the same power
 * ({@code PackedLayout.exponent}).
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
                import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
                import static dev.llamapanama.tensor.cpu.PackedProduct.WIDTH;

                import dev.llamapanama.tensor.DType;
                import dev.llamapanama.tensor.StoredFields;
                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.ByteVector;
                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                import jdk.incubator.vector.ShortVector;
                import jdk.incubator.vector.VectorOperators;

                final class %1$sPackedKernel extends PackedKernel {
                private static final int TOGETHER = COUNT == 16 ? %9$d : %10$d;
                private static final int VECTORS = Math.max(TOGETHER, PARTS);

                %1$sPackedKernel(Readiness.Policy policy) {
                super(new PackedLayout(DType.%1$s, %2$d, %3$d, %4$d, %5$b, %6$d, %7$d), StoredFields::%8$s, VECTORS, policy);
                }
                """,
                type.name(),
                type.lowBits(),
                type.highBits(),
                type.bias(),
                type.minimum(),
                type.subBlock(),
                type.blockUnits(),
                type.name().replace("IQ", "iq").replace('Q', 'q'),
                type.vectors(),
                type.fewVectors());
        matVec();
        scales();
        panel();
        return out.add("}").toString();
    }

    private void matVec() {
        out.add("""

                @Override
                void matVec(MemorySegment w, long at, long distance, Activations x, int col, int units, float[] out) {
                for (int first = 0; first < VECTORS; first += TOGETHER) {
                """);
        String arguments = "(w, at, distance, first, x, col, units, out);";
        if (type.vectors() == type.fewVectors()) {
            out.add("products%d%s\n}\n}", type.vectors(), arguments);
        } else {
            out.add(
                    "if (COUNT == 16) {\nproducts%d%3$s\n} else {\nproducts%d%3$s\n}\n}\n}",
                    type.vectors(), type.fewVectors(), arguments);
            products(type.fewVectors());
        }
        products(type.vectors());
    }

    private void products(int vectors) {
        out.add("""

                private static void products%d(MemorySegment w, long at, long distance, int first, Activations x, int col, int units, float[] out) {
                """, vectors);
        out.add("""
                int[] multipliers = x.multipliers();
                int mo = col / 2;
                int[] starts = x.starts();
                float[] factors = x.derived();
                int so = col / %d;
                """, type.subBlock());
        if (wide()) {
            out.add("int by8 = SHIFTS[8];");
        }
        for (int v = 0; v < vectors; v++) {
            out.add("long o%1$d = at + (first + %1$d) / PARTS * distance + (first + %1$d) %% PARTS * (4L * COUNT);", v);
            out.add("%2$s s%1$d = %3$s;", v, wide() ? "IntVector" : "ShortVector", start("so"));
            if (vectors == 2) {
                out.add("FloatVector sum%1$d = FloatVector.fromArray(FLOATS, out, (first + %1$d) * COUNT);", v);
            }
        }
        int together = vectors == 2 ? type.together() : 1;
        if (together > 1) {
            out.add("int one = SHIFTS[1];");
        }
        out.add("for (int i = 0; i < %d * units; i++) {", stepsOfUnit() / together);
        for (int j = 0; j < together; j++) {
            step(vectors, together, j);
        }
        int last = type.subBlock() / (together * type.step()) - 1;
        if (last > 0) {
            out.add("if ((i & %1$d) == %1$d) {", last);
        }
        out.add("int sub = %s;", shifted("i", Integer.numberOfTrailingZeros(last + 1)));
        fold(vectors);
        if (last > 0) {
            out.add("}");
        }
        out.add("}");
        if (vectors == 2) {
            for (int v = 0; v < vectors; v++) {
                out.add("sum%1$d.intoArray(out, (first + %1$d) * COUNT);", v);
            }
        }
        out.add("}");
    }

    /**
     * Adds the products of a step, one of so many of an iteration. Where there are several, the check of an index that C2 can't see through keeps it from loading all
     * activations first, more than there are registers for.
     */
    private void step(int vectors, int together, int j) {
        for (int v = 0; v < vectors; v++) {
            load(v + "_" + j, "o" + v, together, j);
        }
        int pairs = type.step() / 2;
        String at = together == 1 ? pairs + " * i" : "one * (" + pairs * together + " * i + " + pairs * j + ")";
        for (int m = 0; m < pairs; m++) {
            String x = "x" + m + "_" + j;
            out.add(
                    "ShortVector %s = IntVector.broadcast(INTS, multipliers[mo + %s + %d]).reinterpretAsShorts();",
                    x, at, m);
            for (int v = 0; v < vectors && !wide(); v++) {
                out.add("s%1$d = s%1$d.add(%2$s.mul(%3$s));", v, multiplied(v + "_" + j, m), x);
            }
        }
        for (int v = 0; v < vectors && wide(); v++) {
            bytes(v + "_" + j, "x0_" + j, "x1_" + j, v);
        }
    }

    /** Whether a few products already fill lanes of 16 bits. */
    private boolean wide() {
        return type.lowBits() == 8;
    }

    /** What the sum of the sub-block begins at. */
    private String start(String sub) {
        if (wide()) {
            return "IntVector.zero(INTS)";
        }
        return type.centre() == 0
                ? "IntVector.zero(INTS).reinterpretAsShorts()"
                : "IntVector.broadcast(INTS, starts[" + sub + "]).reinterpretAsShorts()";
    }

    /** Four quants of eight bits, of which two products fit a lane of 16 bits. */
    private void bytes(String name, String x0, String x1, int v) {
        out.add("ShortVector both%1$s = low%1$s_0.reinterpretAsShorts();", name);
        out.add("""
                IntVector four%1$s = both%1$s.lanewise(VectorOperators.LSHL, by8).lanewise(VectorOperators.ASHR, by8).mul(%2$s)
                .add(both%1$s.lanewise(VectorOperators.ASHR, by8).mul(%3$s)).reinterpretAsInts();
                """, name, x0, x1);
        out.add("s%1$d = s%1$d.add(%2$s);", v, halves("four" + name));
    }

    /** The sum of the signed halves of each integer. */
    private static String halves(String ints) {
        return ints + ".lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).add(" + ints
                + ".lanewise(VectorOperators.ASHR, 16))";
    }

    /** What meets a multiplier, in lanes of 16 bits. */
    private String multiplied(String v, int m) {
        int bits = type.lowBits();
        if (type.telescopes()) {
            String shifted = m == 0 ? "" : ".lanewise(VectorOperators.LSHR, " + bits * m + ")";
            return "low" + v + "_0" + shifted + ".reinterpretAsShorts()";
        }
        String q;
        if (bits == 6) {
            q = m < 6 ? field("low" + v + "_" + m / 2, 6 * (m % 2), 63) : rest(v, m - 6);
        } else {
            q = field("low" + v + "_0", bits * m, (1 << bits) - 1) + ".or(" + moved("high" + v, 0x10001, m, bits) + ")";
        }
        return q + ".reinterpretAsShorts()";
    }

    /** A field of both halves. */
    private static String field(String ints, int at, int mask) {
        return moved(ints, 0x10001 * mask, at, 0);
    }

    /** Takes the sums of a sub-block into those of the rows. */
    private void fold(int vectors) {
        out.add("FloatVector scaleOfX = FloatVector.broadcast(FLOATS, factors[2 * (so + sub)]);");
        if (type.minimum()) {
            out.add("FloatVector sumOfX = FloatVector.broadcast(FLOATS, factors[2 * (so + sub) + 1]);");
        }
        out.add("int scale = SCALES + (sub * VECTORS + first) * COUNT;");
        for (int v = 0; v < vectors; v++) {
            fold(v, vectors == 2);
        }
    }

    private void fold(int v, boolean inRegister) {
        String integers = "s" + v;
        if (!wide()) {
            integers = "pairs" + v;
            out.add("IntVector %s = s%d.reinterpretAsInts();", integers, v);
            integers = type.telescopes()
                    ? integers + ".add(" + integers
                            + ".lanewise(VectorOperators.LSHL, 16)).lanewise(VectorOperators.ASHR, 16)"
                    : halves(integers);
        }
        String at = "scale + " + v + " * COUNT";
        String scale = "FloatVector.fromArray(FLOATS, out, " + at + ")";
        String minimum = "FloatVector.fromArray(FLOATS, out, " + at + " + MINIMA - SCALES)";
        String sum = inRegister ? "sum" + v : "FloatVector.fromArray(FLOATS, out, (first + " + v + ") * COUNT)";
        String next = "((FloatVector) " + integers + ".convert(VectorOperators.I2F, 0)).mul(scaleOfX).fma(" + scale
                + ", " + sum + ")";
        if (type.minimum()) {
            next = minimum + ".fma(sumOfX, " + next + ")";
        }
        out.add(inRegister ? "sum%1$d = %2$s;" : "%2$s.intoArray(out, (first + %1$d) * COUNT);", v, next);
        out.add("s%d = %s;", v, start("so + sub + 1"));
    }

    /** Decodes the scales and minima of all sub-blocks. */
    private void scales() {
        out.add("""

                @Override
                void scales(MemorySegment w, long at, long distance, int blocks, float[] out) {
                """);
        if (type.superScale()) {
            superScales();
        } else {
            scalesByVector();
        }
        out.add("}\n}");
    }

    /** A loop over vectors and blocks at once would keep all its checks, which here are a third of the work. */
    private void scalesByVector() {
        out.add("""
                for (int v = 0; v < VECTORS; v++) {
                long h = at + v / PARTS * distance + v %% PARTS * (2L * COUNT);
                int to = SCALES + v * COUNT;
                for (int i = 0; i < blocks; i++) {
                long block = i * (%dL * ROWS);
                """, type.headerBytes());
        halves("scale", "minimum");
        storeScales("to + i * (VECTORS * COUNT)");
        out.add("}");
    }

    private void superScales() {
        out.add("""
                for (int i = 0; i < VECTORS * blocks; i++) {
                long v = i %% VECTORS;
                long block = (i / VECTORS) * (%1$dL * ROWS) + v / PARTS * distance;
                long h = at + v %% PARTS * (2L * COUNT);
                int to = SCALES + (i / VECTORS * VECTORS * %2$d + i %% VECTORS) * COUNT;
                """, type.headerBytes(), type.subBlocks());
        halves("ofBlock", "minimumOfBlock");
        out.add("""
                for (int sub = 0; sub < %d; sub++) {
                long b = at + block + v %% PARTS * COUNT + (%d + sub) * (long) ROWS;
                """, type.subBlocks(), type.minimum() ? 4 : 2);
        multiple("scale", "ofBlock", "b");
        if (type.minimum()) {
            multiple("minimum", "minimumOfBlock", "b + " + type.subBlocks() + " * ROWS");
        }
        storeScales("to + sub * VECTORS * COUNT");
        out.add("}");
    }

    private void storeScales(String to) {
        out.add("scale.intoArray(out, %s);", to);
        if (type.minimum()) {
            out.add("%s.intoArray(out, %s + MINIMA - SCALES);", ofCentre(), to);
        }
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
        load("", "o", 1, 0);
        out.add("int column = p + %d * i * WIDTH;", type.step());
        for (int j = 0; j < type.step(); j++) {
            out.add("%s.intoArray(panel, column + %d * WIDTH);", quant("", j), j);
        }
        beginFold();
        out.add(
                "long block = (i >>> %d) * (%dL * ROWS);",
                unitShift() + Integer.numberOfTrailingZeros(type.blockUnits()), type.headerBytes());
        scale();
        out.add("int row = p + %s * WIDTH;", shifted("i", foldShift()));
        out.add("scale.intoArray(panel, scales + row);");
        if (type.minimum()) {
            out.add("%s.intoArray(panel, minima + row);", ofCentre());
        }
        endFold();
        out.add("}\n}\n}");
    }

    /** The weight that {@code q = centre} stands for. */
    private String ofCentre() {
        return type.centre() == 0
                ? "minimum"
                : "scale.fma(FloatVector.broadcast(FLOATS, %d), minimum)".formatted(type.centre());
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

    /** Loads the integers that hold the columns of the {@code j}-th of so many steps of an iteration. */
    private void load(String v, String address, int together, int j) {
        int integers = type.lowBits() == 6 ? 3 : 1;
        int line = 4 * integers;
        if (type.highBits() == 0) {
            loadInts(
                    "low" + v,
                    integers,
                    "%s + i * %dL * ROWS + %d * ROWS".formatted(address, line * together, line * j));
            return;
        }
        int iterations = stepsOfUnit() / together;
        String unit = address + " + " + shifted("i", Integer.numberOfTrailingZeros(iterations)) + " * "
                + type.unitBytes() + "L * ROWS + ";
        String step = "((i & %d) * %d + %d)".formatted(iterations - 1, together, j);
        loadInts("low" + v, integers, unit + step + " * 4L * ROWS");
        loadInts("plane" + v, 1, unit + 4 * type.lowBits() + " * ROWS");
        out.add(
                "IntVector high%1$s = plane%1$s_0.lanewise(VectorOperators.LSHR, %2$s * %3$d);",
                v, step, type.step() / 2);
    }

    private void loadInts(String name, int count, String address) {
        for (int n = 0; n < count; n++) {
            String at = n == 0 ? address : address + " + " + 4 * n + " * ROWS";
            out.add("IntVector %s_%d = IntVector.fromMemorySegment(INTS, w, %s, LITTLE);", name, n, at);
        }
    }

    /** {@code q} of column {@code j}, times the power of two that its place stands for, as floats. */
    private String quant(String v, int j) {
        int bits = type.lowBits();
        String q;
        if (type.highBits() > 0) {
            int pairs = type.step() / 2;
            int high = j % pairs + j / pairs * 16;
            q = moved("low" + v + "_0", (1 << bits) - 1, bits * j, 0) + ".or(" + moved("high" + v, 1, high, bits) + ")";
        } else if (bits == 6) {
            int half = j < 12 ? j / 2 % 2 : j / 2 - 6;
            q = j < 12 ? masked("low" + v + "_" + j / 4, 63, 16 * half + 6 * (j % 2)) : rest(v, j % 2, half);
        } else if (wide()) {
            q = masked(j == 3 ? "low_0" : "low_0.lanewise(VectorOperators.LSHL, " + (24 - 8 * j) + ")", 255, 24);
        } else {
            int at = bits * j;
            q = at + bits == Integer.SIZE
                    ? moved("low" + v + "_0", (1 << bits) - 1, at, 0)
                    : masked("low" + v + "_0", (1 << bits) - 1, at);
        }
        return "((FloatVector) " + q + ".convert(VectorOperators.I2F, 0))";
    }

    /**
     * Quants of six bits: of 16, each half of three integers has two, and four bits above them. The upper four of the first and the
     * last integer are the low bits of the remaining two quants, those of the middle one their high bits.
     */
    private static String rest(String v, int which) {
        return field("low" + v + "_" + 2 * which, 12, 15) + ".or(" + moved("low" + v + "_1", 0x30003, 12 + 2 * which, 4)
                + ")";
    }

    /** The same of one half alone. */
    private static String rest(String v, int which, int half) {
        return moved("low" + v + "_" + 2 * which, 15, 12 + 16 * half, 0) + ".or("
                + moved("low" + v + "_1", 3, 12 + 2 * which + 16 * half, 4) + ")";
    }

    private static String masked(String vector, int mask, int at) {
        return vector + ".and(0x" + Integer.toHexString(mask << at) + ")";
    }

    /** Moves what a mask lets through from one place to another and clears all other bits. */
    private static String moved(String vector, int mask, int from, int to) {
        if (from == to) {
            return masked(vector, mask, to);
        }
        String moved = vector + ".lanewise(VectorOperators." + (from < to ? "LSHL" : "LSHR") + ", "
                + Math.abs(to - from) + ")";
        return masked(moved, mask, to);
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
                "long b = at + part * COUNT + block + (%d + (%s & %d)) * (long) ROWS;",
                type.minimum() ? 4 : 2, shifted("i", foldShift()), type.subBlocks() - 1);
        multiple("scale", "ofBlock", "b");
        if (type.minimum()) {
            multiple("minimum", "minimumOfBlock", "b + " + type.subBlocks() + " * ROWS");
        }
    }

    private void halves(String scale, String minimum) {
        half(scale, "w, h + block");
        if (type.minimum()) {
            half(minimum, "w, h + block + 2 * ROWS");
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
