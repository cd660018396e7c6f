// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The integers of one stored block of a quantised type (ggml-common.h), before they are multiplied to weights. Quants are read eight
 * at a time, one in each byte of a long. Filled anew by each block; for one thread at a time.
 */
public final class StoredFields {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long NIBBLES = 0x0f0f0f0f0f0f0f0fL;
    /** What the nibbles of IQ4_NL and IQ4_XS stand for. */
    private static final byte[] LEVELS = levels();

    private final long[] q = new long[32];
    private final byte[] scales = new byte[16];
    private final byte[] minima = new byte[16];
    private short scale;
    private short minimum;

    /** Of no block yet. */
    public StoredFields() {}

    /** Quants, eight to a long, in the order of columns; signed where they have eight bits, else natural numbers: the bias isn't taken off. */
    public long[] quants() {
        return q;
    }

    /** Scale of the block, a half. */
    public short scale() {
        return scale;
    }

    /** Minimum of the block, a half, with the sign with which it is added. */
    public short minimum() {
        return minimum;
    }

    /** Scales of the sub-blocks. */
    public byte[] scales() {
        return scales;
    }

    /** Minima of the sub-blocks. */
    public byte[] minima() {
        return minima;
    }

    /** Reads the fields of a block that begins at an offset. */
    @FunctionalInterface
    public interface Reader {
        /** Fills the fields. */
        void read(StoredFields fields, byte[] block, int at);
    }

    /** Reads a block of {@link DType#Q8_0}. */
    public void q8_0(byte[] block, int at) {
        scale = half(block, at);
        for (int i = 0; i < 4; i++) {
            q[i] = eight(block, at + 2, i);
        }
    }

    /** Reads a block of {@link DType#Q4_0}. */
    public void q4_0(byte[] block, int at) {
        scale = half(block, at);
        nibbles(block, at + 2, 0, 2, 0);
    }

    /** Reads a block of {@link DType#Q4_1}. */
    public void q4_1(byte[] block, int at) {
        scale = half(block, at);
        minimum = half(block, at + 2);
        nibbles(block, at + 4, 0, 2, 0);
    }

    /** Reads a block of {@link DType#Q5_0}. */
    public void q5_0(byte[] block, int at) {
        scale = half(block, at);
        nibbles(block, at + 6, 0, 2, 0);
        fifthBits(four(block, at + 2));
    }

    /** Reads a block of {@link DType#Q5_1}. */
    public void q5_1(byte[] block, int at) {
        scale = half(block, at);
        minimum = half(block, at + 2);
        nibbles(block, at + 8, 0, 2, 0);
        fifthBits(four(block, at + 4));
    }

    /** Reads a block of {@link DType#Q2_K}. */
    public void q2_K(byte[] block, int at) {
        scale = half(block, at + 80);
        minimum = negative(half(block, at + 82));
        for (int sub = 0; sub < 16; sub++) {
            byte both = block[at + sub];
            scales[sub] = (byte) (both & 15);
            minima[sub] = (byte) ((both >> 4) & 15);
        }
        crumbs(block, at + 16);
    }

    /** Reads a block of {@link DType#Q3_K}. */
    public void q3_K(byte[] block, int at) {
        scale = half(block, at + 108);
        long lows = eight(block, at + 96, 0);
        int highs = four(block, at + 104);
        for (int sub = 0; sub < 16; sub++) {
            long low = (lows >>> (8 * (sub & 7) + (sub & 8) / 2)) & 15;
            int high = (highs >>> (8 * (sub & 3) + 2 * (sub >> 2))) & 3;
            scales[sub] = (byte) ((low | (high << 4)) - 32);
        }
        crumbs(block, at + 32);
        for (int i = 0; i < 32; i++) {
            q[i] |= ((eight(block, at, i & 3) >>> (i >> 2)) & ONES) << 2;
        }
    }

    /** Reads a block of {@link DType#Q4_K}. */
    public void q4_K(byte[] block, int at) {
        superScales(block, at);
        for (int pair = 0; pair < 4; pair++) {
            nibbles(block, at + 16, 4 * pair, 4, 8 * pair);
        }
    }

    /** Reads a block of {@link DType#Q5_K}. */
    public void q5_K(byte[] block, int at) {
        superScales(block, at);
        for (int pair = 0; pair < 4; pair++) {
            nibbles(block, at + 48, 4 * pair, 4, 8 * pair);
        }
        for (int i = 0; i < 32; i++) {
            q[i] |= ((eight(block, at + 16, i & 3) >>> (i >> 2)) & ONES) << 4;
        }
    }

    /** Reads a block of {@link DType#Q6_K}. */
    public void q6_K(byte[] block, int at) {
        scale = half(block, at + 208);
        System.arraycopy(block, at + 192, scales, 0, 16);
        for (int half = 0; half < 2; half++) {
            nibbles(block, at, 8 * half, 8, 16 * half);
            for (int i = 0; i < 16; i++) {
                long high = eight(block, at + 128, 4 * half + (i & 3));
                q[16 * half + i] |= ((high >>> (2 * (i >> 2))) & (3 * ONES)) << 4;
            }
        }
    }

    /** Reads a block of {@link DType#IQ4_NL}. */
    public void iq4_NL(byte[] block, int at) {
        scale = half(block, at);
        nibbles(block, at + 2, 0, 2, 0);
        levels(4);
    }

    /** Reads a block of {@link DType#IQ4_XS}. */
    public void iq4_XS(byte[] block, int at) {
        scale = half(block, at);
        int highs = half(block, at + 2);
        int lows = four(block, at + 4);
        for (int sub = 0; sub < 8; sub++) {
            scales[sub] = (byte) (((lows >>> (4 * sub) & 15) | (highs >>> (2 * sub) & 3) << 4) - 32);
            nibbles(block, at + 8, 2 * sub, 2, 4 * sub);
        }
        levels(32);
    }

    /** Turns nibbles into the numbers that they stand for, in so many longs. */
    private void levels(int longs) {
        for (int i = 0; i < longs; i++) {
            long eight = 0;
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                eight |= (LEVELS[(int) (q[i] >>> shift) & 15] & 0xffL) << shift;
            }
            q[i] = eight;
        }
    }

    /** Found by decoding a block of all nibbles, whose scale is 1. */
    private static byte[] levels() {
        MemorySegment block = MemorySegment.ofArray(new byte[DType.IQ4_NL.blockBytes()]);
        block.set(Little.SHORT, 0, Float.floatToFloat16(1));
        for (int i = 0; i < 16; i++) {
            block.set(ValueLayout.JAVA_BYTE, 2L + i, (byte) i);
        }
        float[] decoded = new float[DType.IQ4_NL.blockSize()];
        DType.IQ4_NL.decode(block, 0, decoded, 0, decoded.length);
        byte[] levels = new byte[16];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) decoded[i];
        }
        return levels;
    }

    /** The index-th eight bytes from an offset on. */
    private static long eight(byte[] block, int at, int index) {
        return (long) LONGS.get(block, at + index * Long.BYTES);
    }

    private static int four(byte[] block, int at) {
        return (int) INTS.get(block, at);
    }

    private static short half(byte[] block, int at) {
        return (short) SHORTS.get(block, at);
    }

    /** Bytes of two nibbles each: first all low ones, then all high ones. */
    private void nibbles(byte[] block, int at, int from, int longs, int to) {
        for (int i = 0; i < longs; i++) {
            long both = eight(block, at, from + i);
            q[to + i] = both & NIBBLES;
            q[to + longs + i] = (both >>> 4) & NIBBLES;
        }
    }

    /** Twice 32 bytes of four 2-bit numbers each: first the lowest of all 32. */
    private void crumbs(byte[] block, int at) {
        for (int i = 0; i < 32; i++) {
            long four = eight(block, at, 4 * (i >> 4) + (i & 3));
            q[i] = (four >>> (2 * ((i >> 2) & 3))) & (3 * ONES);
        }
    }

    private void fifthBits(int bits) {
        for (int i = 0; i < 4; i++) {
            q[i] |= Long.expand(bits >>> (8 * i), ONES) << 4;
        }
    }

    /** Scales and minima of 6 bits, in 12 bytes: four of each, then four of each whose upper bits are those of the first. */
    private void superScales(byte[] block, int at) {
        scale = half(block, at);
        minimum = negative(half(block, at + 2));
        int first = four(block, at + 4);
        int second = four(block, at + 8);
        int third = four(block, at + 12);
        for (int i = 0; i < 4; i++) {
            int shift = 8 * i;
            scales[i] = (byte) ((first >>> shift) & 63);
            minima[i] = (byte) ((second >>> shift) & 63);
            scales[4 + i] = (byte) (((third >>> shift) & 15) | (((first >>> shift) & 0xc0) >> 2));
            minima[4 + i] = (byte) (((third >>> (shift + 4)) & 15) | (((second >>> shift) & 0xc0) >> 2));
        }
    }

    private static short negative(short half) {
        return (short) (half ^ 0x8000);
    }
}
