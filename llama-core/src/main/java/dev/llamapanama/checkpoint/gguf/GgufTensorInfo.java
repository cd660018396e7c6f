// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * What the header of a GGUF file says of one tensor.
 *
 * @param shape the reverse of the file's {@code ne}: its first and contiguous dimension is a row, all others are
 *     stacked
 * @param offset from the start of the data, in bytes
 * @param bytes stored size
 */
record GgufTensorInfo(String name, DType type, Shape shape, long offset, long bytes) {
    /** Bytes of the shortest one: name length, one character, number of dimensions, one dimension, type, offset. */
    static final int MINIMUM_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

    private static final List<DType> SUPPORTED = List.of(DType.values());
    private static final int NAME_BYTES = 63;
    private static final int DIMENSIONS = 4;

    static GgufTensorInfo read(Cursor cursor, int index) {
        String name = cursor.name("tensor " + index + " name", NAME_BYTES);
        long[] ne = readDimensions(cursor, name);
        DType type = readType(cursor, name);
        if (ne[0] % type.blockSize() != 0) {
            throw cursor.refuse(name, "rows of " + ne[0], "a multiple of " + type.blockSize() + " for " + type);
        }
        long offset = cursor.i64(name + " offset");
        try {
            long rows = 1;
            for (int i = 1; i < ne.length; i++) {
                rows = Math.multiplyExact(rows, ne[i]);
            }
            Shape shape = new Shape(rows, ne[0]);
            return new GgufTensorInfo(name, type, shape, offset, type.bytes(shape.elements()));
        } catch (ArithmeticException overflow) {
            throw cursor.refuse(name + " dimensions", Arrays.toString(ne), "a size below 2^63 bytes");
        }
    }

    private static long[] readDimensions(Cursor cursor, String name) {
        int count = cursor.i32(name + " number of dimensions");
        if (count < 1 || count > DIMENSIONS) {
            throw cursor.refuse(name + " number of dimensions", Integer.toUnsignedString(count), "1 to " + DIMENSIONS);
        }
        long[] ne = new long[count];
        for (int i = 0; i < count; i++) {
            ne[i] = cursor.i64(name + " dimension " + i);
            if (ne[i] < 1) {
                throw cursor.refuse(name + " dimension " + i, ne[i], "at least 1");
            }
        }
        return ne;
    }

    private static DType readType(Cursor cursor, String name) {
        int id = cursor.i32(name + " type");
        GgmlType type = GgmlType.of(id);
        if (type == null) {
            throw cursor.refuse(name + " type", "unknown or retired ggml type " + id, "one of " + SUPPORTED);
        }
        DType dtype = type.dtype();
        if (dtype == null) {
            throw cursor.refuse(name + " type", type, "one of the supported types " + SUPPORTED);
        }
        return dtype;
    }
}
