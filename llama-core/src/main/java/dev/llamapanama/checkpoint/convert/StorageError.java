// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

/**
 * How far stored numbers are from what they stand for.
 *
 * @param count of numbers
 * @param squares Σ (stored − number)²
 * @param size Σ number²
 */
record StorageError(long count, double squares, double size) {
    static final StorageError NONE = new StorageError(0, 0, 0);

    static StorageError between(float[] values, float[] stored, int count) {
        double squares = 0;
        double size = 0;
        for (int i = 0; i < count; i++) {
            double difference = (double) stored[i] - values[i];
            squares += difference * difference;
            size += (double) values[i] * values[i];
        }
        return new StorageError(count, squares, size);
    }

    StorageError plus(StorageError other) {
        return new StorageError(count + other.count, squares + other.squares, size + other.size);
    }

    double root() {
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    double relative() {
        return size == 0 ? 0 : Math.sqrt(squares / size);
    }
}
