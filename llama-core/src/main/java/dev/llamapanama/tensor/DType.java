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
    IQ4_XS(256, 136, new IQ4_XSDecoder()),
    /** 256 numbers of a grid of 256 points, eight at a time; each 32 have a scale of four bits. */
    IQ2_XXS(256, 66, new IQ2_XXSDecoder()),
    /** 256 numbers of a grid of 512 points, eight at a time; each 16 have a scale of four bits. */
    IQ2_XS(256, 74, new IQ2_XSDecoder()),
    /** 256 numbers of a grid of 1024 points, eight at a time; each 16 have a scale of four bits. */
    IQ2_S(256, 82, new IQ2_SDecoder()),
    /** 256 numbers of a grid of 256 points, four at a time; each 32 have a scale of four bits. */
    IQ3_XXS(256, 98, new IQ3_XXSDecoder()),
    /** 256 numbers of a grid of 512 points, four at a time; each 32 have a scale of four bits. */
    IQ3_S(256, 110, new IQ3_SDecoder()),
    /** 256 numbers of a grid of 2048 points, eight at a time, shifted by an eighth; each 32 have a scale of three bits. */
    IQ1_S(256, 50, new IQ1_SDecoder()),
    /** 256 numbers of the grid of IQ1_S, shifted by an eighth; each 16 have a scale of three bits. */
    IQ1_M(256, 56, new IQ1_MDecoder()),
    /** 256 trits, five in a byte, under one binary16 scale. */
    TQ1_0(256, 54, new TQ1_0Decoder()),
    /** 256 numbers of two bits, biased by 1, under one binary16 scale; elements 32 apart share a byte. */
    TQ2_0(256, 66, new TQ2_0Decoder()),
    /** 32 floats of four bits (E2M1) under one power of two. */
    MXFP4(32, 17, new MXFP4Decoder()),
    /** 64 floats of four bits (E2M1); each 16 have a scale that is a float of eight bits (UE4M3). */
    NVFP4(64, 36, new NVFP4Decoder()),
    /** 128 signs of one binary16 magnitude. */
    Q1_0(128, 18, new Q1_0Decoder()),
    /** 64 numbers of two bits, biased by 1, under one binary16 scale. */
    Q2_0(64, 18, new Q2_0Decoder()),
    /** 256 signed bytes under one binary32 scale. */
    Q8_K(256, 292, new Q8_KDecoder()),
    /** IEEE 754 binary64, rounded to binary32 when decoded. */
    F64(1, 8, PlainDecoders::f64),
    /** Signed bytes. */
    I8(1, 1, PlainDecoders::i8),
    /** Signed integers of 16 bits. */
    I16(1, 2, PlainDecoders::i16),
    /** Signed integers of 32 bits, rounded to binary32 when decoded. */
    I32(1, 4, PlainDecoders::i32),
    /** Signed integers of 64 bits, rounded to binary32 when decoded. */
    I64(1, 8, PlainDecoders::i64);

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
