// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

/**
 * How the elements of a tensor are stored: plain numbers, or blocks that share a scale, byte for byte as in GGUF
 * (ggml-common.h). A new type is one constant here, one {@link BlockDecoder} and, to be fast, one kernel of a backend.
 */
public enum DType {
    /** IEEE 754 binary32. */
    F32(1, 4, PlainDecoders::f32),
    /** IEEE 754 binary16. */
    F16(1, 2, PlainDecoders::f16),
    /** The upper half of a binary32. */
    BF16(1, 2, PlainDecoders::bf16),
    /** 32 signed bytes under one binary16 scale. */
    Q8_0(32, 34, new Q8_0Decoder()),
    /** 32 nibbles biased by 8 under one binary16 scale; byte j holds elements j (low) and j + 16 (high). */
    Q4_0(32, 18, new Q4_0Decoder()),
    /** 32 nibbles under one binary16 scale, and a binary16 minimum. */
    Q4_1(32, 20, new Q4_1Decoder()),
    /** 32 numbers of five bits, biased by 16, under one binary16 scale. */
    Q5_0(32, 22, new Q5_0Decoder()),
    /** 32 numbers of five bits under one binary16 scale, and a binary16 minimum. */
    Q5_1(32, 24, new Q5_1Decoder()),
    /** 256 numbers of two bits; each 16 have a scale and a minimum of four bits. */
    Q2_K(256, 84, new Q2_KDecoder()),
    /** 256 numbers of three bits, biased by 4; each 16 have a scale of six bits, biased by 32. */
    Q3_K(256, 110, new Q3_KDecoder()),
    /** 256 nibbles; each 32 have a scale and a minimum of six bits. */
    Q4_K(256, 144, new Q4_KDecoder()),
    /** 256 numbers of five bits; each 32 have a scale and a minimum of six bits. */
    Q5_K(256, 176, new Q5_KDecoder()),
    /** 256 numbers of six bits, biased by 32; each 16 have a scale of eight bits. */
    Q6_K(256, 210, new Q6_KDecoder()),
    /** 32 nibbles that choose among 16 uneven levels, under one binary16 scale. */
    IQ4_NL(32, 18, new IQ4_NLDecoder()),
    /** 256 nibbles that choose among the levels of IQ4_NL; each 32 have a scale of six bits, biased by 32. */
    IQ4_XS(256, 136, new IQ4_XSDecoder());

    private final int blockSize;
    private final int blockBytes;
    private final BlockDecoder decoder;

    DType(int blockSize, int blockBytes, BlockDecoder decoder) {
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.decoder = decoder;
    }

    /** Elements that are stored together; the length of a row is a multiple of it. */
    public int blockSize() {
        return blockSize;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Bytes of so many elements.
     *
     * @throws IllegalArgumentException if they don't fill whole blocks
     * @throws ArithmeticException if the number overflows
     */
    public long bytes(long elements) {
        if (elements % blockSize != 0) {
            throw new IllegalArgumentException(
                    this + ": found " + elements + " elements, expected a multiple of " + blockSize);
        }
        return Math.multiplyExact(elements / blockSize, (long) blockBytes);
    }

    /**
     * Decodes whole blocks to floats, exactly as ggml's reference code does.
     *
     * @param source stored blocks, little-endian
     * @param offset where the first of them begins, in bytes
     * @param target takes {@code count} values
     * @param start index of the first value in {@code target}
     * @param count a multiple of {@link #blockSize}
     */
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        decoder.decode(source, offset, target, start, count);
    }
}
