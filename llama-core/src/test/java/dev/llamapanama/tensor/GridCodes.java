// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import dev.llamapanama.tensor.BlockNumbers.Bits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Those of the IQ types: points of a grid, with a sign for each element or a shift for each point.
 *
 * @param points elements of all points, one after the other
 * @param elements of a point
 * @param indices the number of the point of each so many elements
 * @param signs factors of elements
 * @param even whether the last of each eight signs isn't stored, but makes the number of minus signs even
 * @param shifts what is added to the elements of a point
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GridCodes(
        double[] points, int elements, BlockNumbers indices, BlockNumbers signs, boolean even, BlockNumbers shifts)
        implements BlockCodes {

    /** The points of the resource from one on. */
    static double[] points(int from, int count, int elements, double... levels) {
        int base = elements == 8 ? 4 : 8;
        try (InputStream in = Objects.requireNonNull(DType.class.getResourceAsStream("iq-grids.bin"))) {
            byte[] words = in.readAllBytes();
            return IntStream.range(0, count * elements)
                    .mapToDouble(i -> {
                        int at = 2 * (from + i / elements);
                        int word = Byte.toUnsignedInt(words[at]) + 256 * Byte.toUnsignedInt(words[at + 1]);
                        return levels[word / (int) Math.pow(base, i % elements) % base];
                    })
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So many bits of the little-endian number at a place. */
    static List<Bits> bits(int at, int from, int count) {
        List<Bits> bits = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            bits.add(new Bits(at + i / 8, i % 8, 1));
        }
        return bits;
    }

    static List<Bits> join(List<Bits> low, List<Bits> high) {
        List<Bits> bits = new ArrayList<>(low);
        bits.addAll(high);
        return bits;
    }

    private double sign(byte[] block, int i) {
        if (!even || i % 8 < 7) {
            return signs.get(block, i);
        }
        return IntStream.range(i - 7, i).mapToDouble(j -> signs.get(block, j)).reduce(1, (a, b) -> a * b);
    }

    @Override
    public double get(byte[] block, int i) {
        int point = (int) indices.get(block, i / elements);
        return sign(block, i) * (points[point * elements + i % elements] + shifts.get(block, i / elements));
    }

    @Override
    public void setAll(byte[] block, double[] values) {
        double[] rest = values.clone();
        for (int i = 0; i < rest.length && signs.levels().length > 1; i += 8) {
            setSigns(block, rest, i);
        }
        for (int i = 0; i < rest.length; i += elements) {
            shifts.set(block, i / elements, Arrays.stream(rest, i, i + elements).sum() / elements);
            double shift = shifts.get(block, i / elements);
            int from = i;
            int nearest = 0;
            double least = Double.MAX_VALUE;
            for (int point = 0; point < points.length / elements; point++) {
                int at = point * elements;
                double error = 0;
                for (int j = 0; j < elements; j++) {
                    double difference = points[at + j] + shift - rest[from + j];
                    error += difference * difference;
                }
                if (error < least) {
                    least = error;
                    nearest = point;
                }
            }
            indices.set(block, i / elements, nearest);
        }
    }

    /** Takes the signs off eight values, and the wrong one off the least of them where they don't come out even. */
    private void setSigns(byte[] block, double[] values, int from) {
        int least = from;
        int negative = 0;
        for (int i = from; i < from + 8; i++) {
            least = Math.abs(values[i]) < Math.abs(values[least]) ? i : least;
            negative += values[i] < 0 ? 1 : 0;
        }
        boolean odd = even && negative % 2 == 1;
        for (int i = from; i < from + 8; i++) {
            double sign = (values[i] < 0) == (odd && i == least) ? 1 : -1;
            if (!even || i % 8 < 7) {
                signs.set(block, i, sign);
            }
            values[i] *= sign;
        }
    }

    @Override
    public double extreme() {
        return Arrays.stream(points).max().orElseThrow() + BlockNumbers.extreme(shifts.levels());
    }

    @Override
    public boolean isSymmetric() {
        return true;
    }
}
