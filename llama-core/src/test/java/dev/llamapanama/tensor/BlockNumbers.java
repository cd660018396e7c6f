// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Numbers of one kind that a block holds.
 *
 * @param levels the values that the stored codes 0, 1, … stand for
 * @param places where the code of the i-th number lies, lowest bits first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BlockNumbers(double[] levels, IntFunction<List<Bits>> places) implements BlockCodes {

    /** Of a byte, the field of {@code width} bits that has {@code position} such fields below it. */
    public record Bits(int at, int position, int width) {
        int get(byte[] block) {
            return (Byte.toUnsignedInt(block[at]) >> (position * width)) % (1 << width);
        }

        void set(byte[] block, int code) {
            block[at] += (byte) ((code % (1 << width) - get(block)) << (position * width));
        }
    }

    static BlockNumbers of(int codes, IntToDoubleFunction level, IntFunction<List<Bits>> places) {
        return new BlockNumbers(IntStream.range(0, codes).mapToDouble(level).toArray(), places);
    }

    /** A number that nothing is stored of. */
    static BlockNumbers always(double value) {
        return of(1, code -> value, i -> List.of());
    }

    /** The i-th number. */
    @Override
    public double get(byte[] block, int i) {
        int code = 0;
        int below = 0;
        for (Bits bits : places.apply(i)) {
            code += bits.get(block) << below;
            below += bits.width;
        }
        return levels[code];
    }

    /** Makes the i-th number the level nearest to a value, and returns that. */
    double set(byte[] block, int i, double value) {
        int code = 0;
        for (int other = 1; other < levels.length; other++) {
            if (Math.abs(levels[other] - value) < Math.abs(levels[code] - value)) {
                code = other;
            }
        }
        int rest = code;
        for (Bits bits : places.apply(i)) {
            bits.set(block, rest);
            rest >>= bits.width;
        }
        return levels[code];
    }

    @Override
    public void setAll(byte[] block, double[] values) {
        for (int i = 0; i < values.length; i++) {
            set(block, i, values[i]);
        }
    }

    /** The level furthest from 0. */
    @Override
    public double extreme() {
        return extreme(levels);
    }

    @Override
    public boolean isSymmetric() {
        return DoubleStream.of(levels).anyMatch(level -> level == -extreme());
    }

    /** The value furthest from 0, with its sign. */
    static double extreme(double[] values) {
        return DoubleStream.of(values).reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) ? b : a);
    }
}
