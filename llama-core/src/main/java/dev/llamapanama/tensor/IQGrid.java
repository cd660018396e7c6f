// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Points of 8 or 4 elements that the IQ types choose among: the tables of ggml-common.h. They are in the resource {@code iq-grids.bin}, a
 * 16-bit word for each point that holds the numbers of its levels, lowest bits first. It is read when this class is first used.
 */
final class IQGrid {
    /** By how much points of {@link #IQ1} are shifted up or down. */
    static final float SHIFT = 0.125f;

    private static final ByteBuffer WORDS = words();

    static final IQGrid IQ2_XXS = new IQGrid(256, 8, 8, 25, 43);
    static final IQGrid IQ2_XS = new IQGrid(512, 8, 8, 25, 43);
    static final IQGrid IQ2_S = new IQGrid(1024, 8, 8, 25, 43);
    static final IQGrid IQ3_XXS = new IQGrid(256, 4, 4, 12, 20, 28, 36, 44, 52, 62);
    static final IQGrid IQ3_S = new IQGrid(512, 4, 1, 3, 5, 7, 9, 11, 13, 15);
    /** Of IQ1_S and IQ1_M. */
    static final IQGrid IQ1 = new IQGrid(2048, 8, -1, 0, 1);

    private final int elements;
    private final byte[] points;

    /** Takes the next points. */
    private IQGrid(int count, int elements, int... levels) {
        this.elements = elements;
        points = new byte[count * elements];
        int bits = levels.length <= 4 ? 2 : 3;
        for (int i = 0; i < points.length; i += elements) {
            int word = WORDS.getShort();
            for (int j = 0; j < elements; j++) {
                points[i + j] = (byte) levels[word >> (bits * j) & ((1 << bits) - 1)];
            }
        }
    }

    private static ByteBuffer words() {
        try (InputStream in = Objects.requireNonNull(IQGrid.class.getResourceAsStream("iq-grids.bin"))) {
            return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Eight signs of the lowest seven bits: the eighth makes their number even. */
    static int signs(int seven) {
        return (seven & 127) | (Integer.bitCount(seven & 127) & 1) << 7;
    }

    /** The elements of a point, the j-th negated if bit j of the signs is set. */
    void decode(int index, int signs, float scale, float[] target, int start) {
        for (int j = 0; j < elements; j++) {
            float magnitude = scale * points[index * elements + j];
            target[start + j] = (signs >> j & 1) == 0 ? magnitude : -magnitude;
        }
    }

    /** The elements of a point, all shifted alike. */
    void decode(int index, float shift, float scale, float[] target, int start) {
        for (int j = 0; j < elements; j++) {
            target[start + j] = scale * (points[index * elements + j] + shift);
        }
    }
}
