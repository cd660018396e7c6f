// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;

/**
 * Writes random blocks of most types whose elements have a mean near 0 and a given deviation. Quantised blocks are random bits but for
 * their binary16 scales, which are found by decoding: with scales of 1 first, then with what that deviation asks for.
 */
public final class RandomBlocks {
    private static final long SEED = 1;
    /** Blocks that are decoded to find the scale; more change it by less than a per cent. */
    private static final int PROBE = 1024;

    private static final Map<String, Scales> SCALES = Map.ofEntries(
            Map.entry("Q8_0", Scales.at(0)),
            Map.entry("Q4_0", Scales.at(0)),
            Map.entry("Q4_1", new Scales(0, 2, -7.5)),
            Map.entry("Q5_0", Scales.at(0)),
            Map.entry("Q5_1", new Scales(0, 2, -15.5)),
            Map.entry("Q2_K", new Scales(80, 82, 1.5)),
            Map.entry("Q3_K", Scales.at(108)),
            Map.entry("Q4_K", new Scales(0, 2, 7.5)),
            Map.entry("Q5_K", new Scales(0, 2, 15.5)),
            Map.entry("Q6_K", Scales.at(208)),
            Map.entry("IQ4_NL", Scales.at(0)),
            Map.entry("IQ4_XS", Scales.at(0)),
            Map.entry("IQ2_XXS", Scales.at(0)),
            Map.entry("IQ2_XS", Scales.at(0)),
            Map.entry("IQ2_S", Scales.at(0)),
            Map.entry("IQ3_XXS", Scales.at(0)),
            Map.entry("IQ3_S", Scales.at(0)),
            Map.entry("IQ1_S", Scales.at(0)));

    private RandomBlocks() {}

    /**
     * Where the binary16 fields of a block stand (ggml-common.h), in bytes.
     *
     * @param scale what the numbers are multiplied by
     * @param minimum what is added to them or, for K types, multiplied and subtracted; −1 for none
     * @param ratio the minimum in units of the scale that makes the mean 0: the mean of the numbers
     */
    private record Scales(int scale, int minimum, double ratio) {
        static Scales at(int scale) {
            return new Scales(scale, -1, 0);
        }

        void write(MemorySegment blocks, int blockBytes, double value) {
            for (long block = 0; block < blocks.byteSize(); block += blockBytes) {
                blocks.set(Little.SHORT, block + scale, Float.floatToFloat16((float) value));
                if (minimum >= 0) {
                    blocks.set(Little.SHORT, block + minimum, Float.floatToFloat16((float) (value * ratio)));
                }
            }
        }
    }

    /** Whether blocks of a type can be made; those of integers and of types whose scales are stored otherwise can't. */
    public static boolean makes(DType type) {
        return switch (type) {
            case F32, F16, BF16 -> true;
            default -> SCALES.containsKey(type.name());
        };
    }

    /**
     * @param target whole blocks
     * @throws IllegalArgumentException if nothing is known of the type's blocks
     */
    static void fill(DType type, MemorySegment target, double deviation) {
        Random random = new Random(SEED);
        switch (type) {
            case F32, F16, BF16 -> fillNumbers(type, target, deviation, random);
            default -> fillQuantised(type, target, deviation, random);
        }
    }

    private static void fillNumbers(DType type, MemorySegment target, double deviation, Random random) {
        for (long at = 0; at < target.byteSize(); at += type.blockBytes()) {
            float value = (float) (deviation * random.nextGaussian());
            switch (type) {
                case F32 -> target.set(Little.FLOAT, at, value);
                case F16 -> target.set(Little.SHORT, at, Float.floatToFloat16(value));
                default -> target.set(Little.SHORT, at, (short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
    }

    private static void fillQuantised(DType type, MemorySegment target, double deviation, Random random) {
        Scales scales = SCALES.get(type.name());
        if (scales == null) {
            throw new IllegalArgumentException(
                    "type: found " + type + ", expected a type whose blocks can be made: " + SCALES.keySet());
        }
        byte[] bits = new byte[(int) target.byteSize()];
        random.nextBytes(bits);
        MemorySegment.copy(MemorySegment.ofArray(bits), 0, target, 0, bits.length);
        scales.write(target, type.blockBytes(), 1);
        scales.write(target, type.blockBytes(), deviation / deviationOf(type, target));
    }

    private static double deviationOf(DType type, MemorySegment blocks) {
        int count = (int) Math.min(PROBE, blocks.byteSize() / type.blockBytes()) * type.blockSize();
        float[] values = new float[count];
        type.decode(blocks, 0, values, 0, count);
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / count);
    }
}
