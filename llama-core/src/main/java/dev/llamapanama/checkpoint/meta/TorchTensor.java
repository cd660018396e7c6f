// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.meta.Pickled.View;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of one shard as a matrix: of a vector one row, of more than two dimensions a row for each element of the first. A part of
 * another tensor is stored with all of it, so that elements may lie apart.
 *
 * @param dimensions how many it has in the file
 * @param start where its first element is in the file
 * @param rowStride bytes from a row to the next
 * @param columnStride bytes from an element of a row to the next
 */
record TorchTensor(
        MappedFile file,
        String name,
        DType type,
        Shape shape,
        int dimensions,
        long start,
        long rowStride,
        long columnStride) {

    /**
     * @param storage where the storage begins in the file; it was checked that it is there
     * @throws CheckpointException if it isn't a weight whose elements lie in its storage, each at a place of its own
     */
    static TorchTensor of(MappedFile file, String name, View view, long storage) {
        DType type = StorageType.of(view.storage().type());
        if (type == null) {
            throw refuse(file, name, view.storage().type(), "floats of 32 or 16 bits");
        }
        View matrix = matrix(file, name, view);
        List<Long> sizes = matrix.sizes();
        Shape shape = shape(file, name, sizes);
        long columnStride = stride(file, name, matrix, sizes.size() - 1);
        long rowStride = sizes.size() == 1 ? shape.cols() : stride(file, name, matrix, 0);
        long elements = view.storage().elements();
        if (view.offset() >= elements
                || shape.elements() > elements
                || isBeyond(elements - view.offset(), shape, rowStride, columnStride)) {
            String found = shape.elements() + " elements from " + view.offset() + " with strides " + view.strides();
            throw refuse(file, name, found, "a part of the " + elements + " of its storage");
        }
        return new TorchTensor(
                file,
                name,
                type,
                shape,
                view.dimensions(),
                storage + type.bytes(view.offset()),
                rowStride * type.blockBytes(),
                columnStride * type.blockBytes());
    }

    private static View matrix(MappedFile file, String name, View view) {
        if (view.sizes().contains(0L)) {
            throw refuse(file, name, "sizes " + view.sizes(), "sizes of 1 or more");
        }
        try {
            View matrix = view.asMatrix();
            if (matrix != null) {
                return matrix;
            }
        } catch (ArithmeticException overflow) {
            throw refuse(file, name, "sizes " + view.sizes(), "fewer elements");
        }
        String found = "sizes " + view.sizes() + " with strides " + view.strides();
        throw refuse(file, name, found, "elements of the first dimension each in one piece");
    }

    /** One that isn't used, because there is one element only, may be anything. */
    private static long stride(MappedFile file, String name, View view, int dimension) {
        List<Long> sizes = view.sizes();
        if (sizes.get(dimension) == 1) {
            return dimension == 0 ? sizes.getLast() : 1;
        }
        long stride = view.strides().get(dimension);
        if (stride == 0) {
            throw refuse(file, name, "strides " + view.strides(), "elements at places of their own");
        }
        return stride;
    }

    private static boolean isBeyond(long elements, Shape shape, long rowStride, long columnStride) {
        long left = elements - 1;
        return (shape.rows() > 1 && rowStride > left / (shape.rows() - 1))
                || (shape.cols() > 1 && columnStride > (left - rowStride * (shape.rows() - 1)) / (shape.cols() - 1));
    }

    private static Shape shape(MappedFile file, String name, List<Long> sizes) {
        try {
            return sizes.size() == 1 ? Shape.vector(sizes.getFirst()) : new Shape(sizes.get(0), sizes.get(1));
        } catch (ArithmeticException overflow) {
            throw refuse(file, name, "sizes " + sizes, "fewer elements");
        }
    }

    long rows() {
        return shape.rows();
    }

    long cols() {
        return shape.cols();
    }

    long rowBytes() {
        return type.bytes(shape.cols());
    }

    /** Whether elements of a row lie side by side, and rows one behind the other. */
    boolean isDense() {
        return columnStride == type.blockBytes() && (shape.rows() == 1 || rowStride == rowBytes());
    }

    /** Copies a row to the start of a target. */
    void copyRow(long row, MemorySegment target) {
        long from = start + row * rowStride;
        if (columnStride == type.blockBytes()) {
            MemorySegment.copy(file.data(), from, target, 0, rowBytes());
        } else {
            for (long column = 0; column < cols(); column++) {
                copyElement(row, column, target, column);
            }
        }
    }

    /** Compares with a tensor of the same shape and type. */
    boolean hasElementsOf(TorchTensor other) {
        MemorySegment own = MemorySegment.ofArray(new byte[Math.toIntExact(rowBytes())]);
        MemorySegment others = MemorySegment.ofArray(new byte[Math.toIntExact(rowBytes())]);
        for (long row = 0; row < rows(); row++) {
            copyRow(row, own);
            other.copyRow(row, others);
            if (own.mismatch(others) != -1) {
                return false;
            }
        }
        return true;
    }

    /** Copies one element to a target, as its element of an index. */
    void copyElement(long row, long column, MemorySegment target, long to) {
        long from = start + row * rowStride + column * columnStride;
        if (type == DType.F32) {
            target.set(Little.INT, to * Integer.BYTES, file.data().get(Little.INT, from));
        } else {
            target.set(Little.SHORT, to * Short.BYTES, file.data().get(Little.SHORT, from));
        }
    }

    CheckpointException refuse(Object found, String expected) {
        return refuse(file, name, found, expected);
    }

    private static CheckpointException refuse(MappedFile file, String name, Object found, String expected) {
        return new CheckpointException(file.path(), name, found, expected);
    }
}
