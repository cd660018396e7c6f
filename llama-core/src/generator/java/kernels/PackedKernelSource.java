// SPDX-License-Identifier: Apache-2.0
package kernels;

/**
 * Writes the kernel of a {@link PackedType}. Lanes are rows: 16 rows are stored together, so that a lane sums up one row, nothing is
 * ever added across lanes, and the order of a sum doesn't depend on the width of the vectors. In a sub-block
 * {@code s = Σ x · q} over ascending columns; then {@code sum += scale · s (+ minimum · Σ x)}.
 *
 * <p>C2 wants flat methods with a single loop: an iteration takes 8 columns of four vectors of rows, which are as many independent sums
 * as hide the latency of an FMA.
 */
final class PackedKernelSource {
    /** Columns of an iteration. */
    private static final int STEP = 8;
    /** Iterations for 32 columns. */
    private static final int STEPS = 4;

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
                super(new PackedLayout(DType.%1$s, %2$d, %3$d, %4$b, %5$b, %6$d, %7$d), StoredFields::%8$s);
                }
                """,
                type.name(),
                type.lowBits(),
                type.highBits(),
                type.signed(),
                type.minimum(),
                type.subBlock(),
                type.blockUnits(),
                type.name().replace('Q', 'q'));
        matVec();
        panel();
        return out.add("}").toString();
    }

    private void matVec() {
        out.add("""

                @Override
                void matVec(MemorySegment w, long at, long distance, float[] x, float[] xSums, int units, float[] out) {
                """);
        for (int v = 0; v < VECTORS; v++) {
            out.add("long o%1$d = at + %1$d / PARTS * distance + %1$d %% PARTS * (4L * COUNT);", v);
            out.add("long h%1$d = at + %1$d / PARTS * distance + %1$d %% PARTS * (2L * COUNT);", v);
            if (type.superScale()) {
                out.add("long b%1$d = at + %1$d / PARTS * distance + %1$d %% PARTS * COUNT;", v);
            }
            out.add("FloatVector s%1$d = FloatVector.zero(FLOATS);", v);
            out.add("FloatVector sum%1$d = s%1$d;", v);
        }
        beginLoop("0", "units");
        for (int v = 0; v < VECTORS; v++) {
            load("" + v, "o" + v);
        }
        for (int j = 0; j < STEP; j++) {
            out.add("FloatVector x%1$d = FloatVector.broadcast(FLOATS, x[%2$d * i + %1$d]);", j, STEP);
            for (int v = 0; v < VECTORS; v++) {
                out.add("s%1$d = %2$s.fma(x%3$d, s%1$d);", v, field("" + v, j), j);
            }
        }
        beginFold();
        if (type.minimum()) {
            out.add("FloatVector sumOfX = FloatVector.broadcast(FLOATS, xSums[i >>> %d]);", foldShift());
        }
        for (int v = 0; v < VECTORS; v++) {
            scale("" + v, "" + v);
            out.add("sum%1$d = s%1$d.fma(scale%1$d, sum%1$d);", v);
            if (type.minimum()) {
                out.add("sum%1$d = minimum%1$d.fma(sumOfX, sum%1$d);", v);
            }
            out.add("s%d = FloatVector.zero(FLOATS);", v);
        }
        out.add("}\n}");
        for (int v = 0; v < VECTORS; v++) {
            out.add("sum%1$d.intoArray(out, %1$d * COUNT);", v);
        }
        out.add("}");
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
        out.add("int to8 = p + %d * (i - %d * from) * stride;", STEP, STEPS);
        for (int j = 0; j < STEP; j++) {
            out.add("%s.intoArray(panel, to8 + %d * stride);", field("", j), j);
        }
        beginFold();
        scale("", "");
        out.add("int row = p + ((i >>> %1$d) - (from << %2$d)) * stride;", foldShift(), 2 - foldShift());
        out.add("scale.intoArray(panel, scales + row);");
        if (type.minimum()) {
            out.add("minimum.intoArray(panel, minima + row);");
        }
        out.add("}\n}\n}\n}");
    }

    /** Iterations of a sub-block, as a power of two. */
    private int foldShift() {
        return type.subBlock() == 32 ? 2 : 1;
    }

    private void beginLoop(String from, String to) {
        out.add("IntVector lowMask = IntVector.broadcast(INTS, layout().lowMask());");
        if (type.highBits() > 0) {
            out.add("IntVector highMask = IntVector.broadcast(INTS, layout().highMask());");
        }
        out.add("for (int i = %1$d * %2$s; i < %1$d * %3$s; i++) {", STEPS, from, to);
        out.add(
                "long block = (long) (i >>> %d) * BLOCK_BYTES;".replace("BLOCK_BYTES", "" + blockBytes()),
                blockShift());
        String unit = type.superScale() ? " + (i >>> 2 & 7) * " + unitBytes() + "L" : "";
        out.add("long unit = block + %d%s;", headerBytes(), unit);
    }

    private int blockShift() {
        return 2 + Integer.numberOfTrailingZeros(type.blockUnits());
    }

    private int unitBytes() {
        return 64 * type.bits();
    }

    private int headerBytes() {
        int halves = type.minimum() ? 64 : 32;
        return halves + (type.superScale() ? (type.minimum() ? 2 : 1) * subBlocks() * 16 : 0);
    }

    private int subBlocks() {
        return 32 * type.blockUnits() / type.subBlock();
    }

    private int blockBytes() {
        return headerBytes() + type.blockUnits() * unitBytes();
    }

    /** Loads the integers that hold the 8 columns of the iteration. */
    private void load(String v, String address) {
        switch (type.lowBits()) {
            case 8 -> {
                loadInts("low" + v, address + " + unit + (i & 3) * 128L");
                loadInts("next" + v, address + " + unit + (i & 3) * 128L + 64");
            }
            case 4 -> loadInts("low" + v, address + " + unit + (i & 3) * 64L");
            default -> {
                loadInts("pair" + v, address + " + unit + (i >>> 1 & 1) * 64L");
                out.add("IntVector low%1$s = pair%1$s.lanewise(VectorOperators.LSHR, (i & 1) << 4);", v);
            }
        }
        if (type.highBits() > 0) {
            String plane = address + " + unit + " + 64 * type.lowBits();
            loadInts("plane" + v, type.highBits() == 1 ? plane : plane + " + (i >>> 1 & 1) * 64L");
            String shift = type.highBits() == 1 ? "(i & 3) << 3" : "(i & 1) << 4";
            out.add("IntVector high%1$s = plane%1$s.lanewise(VectorOperators.LSHR, %2$s);", v, shift);
        }
    }

    private void loadInts(String name, String address) {
        out.add("IntVector %s = IntVector.fromMemorySegment(INTS, w, %s, LITTLE);", name, address);
    }

    /** {@code q} of column {@code j}, times 2 to the {@link PackedType#excess}, as floats. */
    private String field(String v, int j) {
        boolean second = type.lowBits() == 8 && j >= 4;
        String q = bits(
                (second ? "next" : "low") + v,
                type.lowBits(),
                type.lowBits() * (second ? j - 4 : j),
                type.excess(),
                "lowMask");
        if (type.highBits() > 0) {
            String high =
                    bits("high" + v, type.highBits(), type.highBits() * j, type.top() - type.highBits(), "highMask");
            q = q + ".or(" + high + ")";
        }
        return "((FloatVector) " + q + ".convert(VectorOperators.I2F, 0))";
    }

    /** Moves a field of so many bits from one place to another and clears all others. */
    private static String bits(String vector, int bits, int from, int to, String mask) {
        String moved = from < to
                ? vector + ".lanewise(VectorOperators.LSHL, " + (to - from) + ")"
                : from > to ? vector + ".lanewise(VectorOperators.LSHR, " + (from - to) + ")" : vector;
        boolean alone = from == 0 && to + bits == 32;
        return alone ? moved : moved + ".and(" + mask + ")";
    }

    private void beginFold() {
        int steps = 1 << foldShift();
        out.add("if ((i & %1$d) == %1$d) {", steps - 1);
        if (type.superScale()) {
            out.add(
                    "long sub = block + %d + (i >>> %d & %d) * 16L;",
                    type.minimum() ? 64 : 32, foldShift(), subBlocks() - 1);
        }
    }

    /** The scales of the sub-block, less the excess of {@code q}, and its minima. */
    private void scale(String v, String rows) {
        if (!type.superScale()) {
            half("scale" + v, "w, h" + rows + " + block", type.excess());
            if (type.minimum()) {
                half("minimum" + v, "w, h" + rows + " + block + 32", 0);
            }
            return;
        }
        half("ofBlock" + v, "w, h" + rows + " + block", type.excess());
        out.add("FloatVector scale%1$s = ofBlock%1$s.mul(%2$s);", v, integers("b" + rows + " + sub"));
        if (type.minimum()) {
            half("minimumOfBlock" + v, "w, h" + rows + " + block + 32", 0);
            String minima = integers("b" + rows + " + sub + " + 16 * subBlocks());
            out.add("FloatVector minimum%1$s = minimumOfBlock%1$s.mul(%2$s);", v, minima);
        }
    }

    /** Bytes as floats. */
    private static String integers(String address) {
        return "(FloatVector) ByteVector.fromMemorySegment(BYTES, w, %s, LITTLE).convertShape(VectorOperators.B2F, FLOATS, 0)"
                .formatted(address);
    }

    /** Halves as floats, divided by a power of two; the arithmetic is explained in F16Kernel. */
    private void half(String name, String address, int excess) {
        out.add("""
                IntVector %1$sBits = (IntVector) ShortVector.fromMemorySegment(SHORTS, %2$s, LITTLE)
                .convertShape(VectorOperators.S2I, INTS, 0);
                IntVector %1$sNormal = %1$sBits.and(0x7fff).lanewise(VectorOperators.LSHL, 13).add(%3$d << 23);
                IntVector %1$sSubnormal = %1$sNormal.reinterpretAsFloats().mul(2).sub(0x1p%4$df).reinterpretAsInts();
                FloatVector %1$s = %1$sNormal.min(%1$sSubnormal).or(%1$sBits.and(0x80000000)).reinterpretAsFloats();
                """, name, address, 127 - 15 - excess, -14 - excess);
    }
}
