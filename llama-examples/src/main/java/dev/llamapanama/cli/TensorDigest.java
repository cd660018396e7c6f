// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.CheckpointTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * The decoded values of a tensor in short, to be compared with other programs.
 *
 * @param type how they are stored
 * @param shape rows and columns, or the length of a vector
 * @param first8 the first values, eight at most
 * @param last4 the last values, four at most
 * @param sum added up in double precision, in order
 * @param l2 root of the sum of squares
 * @param sha256 of the values as little-endian float32, in hexadecimal
 */
record TensorDigest(
        String type, List<Long> shape, List<Float> first8, List<Float> last4, double sum, double l2, String sha256) {

    /** Reads the tensor row by row, so that one of any size will do. */
    static TensorDigest of(CheckpointTensor tensor) {
        Running running = new Running(Math.toIntExact(tensor.shape().cols()));
        for (long row = 0; row < tensor.shape().rows(); row++) {
            tensor.decodeRow(row, running.values);
            running.add();
        }
        return new TensorDigest(
                tensor.type().name(),
                TensorEntry.sizes(tensor.shape()),
                List.copyOf(running.first),
                List.copyOf(running.last),
                running.sum,
                Math.sqrt(running.squares),
                HexFormat.of().formatHex(running.sha256.digest()));
    }

    private static final class Running {
        private final float[] values;
        private final ByteBuffer bytes;
        private final MessageDigest sha256 = sha256();
        private final List<Float> first = new ArrayList<>();
        private final Deque<Float> last = new ArrayDeque<>();
        private double sum;
        private double squares;

        Running(int columns) {
            values = new float[columns];
            bytes = ByteBuffer.allocate(columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }

        void add() {
            for (float value : values) {
                sum += value;
                squares += (double) value * value;
            }
            bytes.asFloatBuffer().put(values);
            sha256.update(bytes.array());
            keepEnds();
        }

        private void keepEnds() {
            for (int i = 0; i < values.length && first.size() < 8; i++) {
                first.add(values[i]);
            }
            for (int i = Math.max(0, values.length - 4); i < values.length; i++) {
                last.add(values[i]);
                if (last.size() > 4) {
                    last.remove();
                }
            }
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}
