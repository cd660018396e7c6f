// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.meta.Pickled.View;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A contiguous matrix or vector of one shard.
 *
 * @param start where its bytes begin in the file
 */
record TorchTensor(MappedFile file, String name, DType type, Shape shape, long start) {

    /**
     * @param storage where the storage begins in the file; it was checked that it is there
     * @throws CheckpointException if it isn't a weight that is stored row by row, within its storage
     */
    static TorchTensor of(MappedFile file, String name, View view, long storage) {
        DType type = StorageType.of(view.storage().type());
        if (type == null) {
            throw refuse(file, name, view.storage().type(), "floats of 32 or 16 bits");
        }
        List<Long> sizes = view.sizes();
        if (sizes.isEmpty() || sizes.size() > 2 || sizes.contains(0L)) {
            throw refuse(file, name, "sizes " + sizes, "a vector or a matrix");
        }
        Shape shape = shape(file, name, sizes);
        for (int i = 0; i < sizes.size(); i++) {
            long dense = i == sizes.size() - 1 ? 1 : sizes.getLast();
            if (sizes.get(i) > 1 && view.strides().get(i) != dense) {
                throw refuse(file, name, "strides " + view.strides(), "rows one behind the other");
            }
        }
        long elements = view.storage().elements();
        if (view.offset() > elements || shape.elements() > elements - view.offset()) {
            String found = shape.elements() + " elements from " + view.offset();
            throw refuse(file, name, found, "a part of the " + elements + " of its storage");
        }
        return new TorchTensor(file, name, type, shape, storage + type.bytes(view.offset()));
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

    MemorySegment data() {
        return file.data().asSlice(start, type.bytes(shape.elements()));
    }

    CheckpointException refuse(Object found, String expected) {
        return refuse(file, name, found, expected);
    }

    private static CheckpointException refuse(MappedFile file, String name, Object found, String expected) {
        return new CheckpointException(file.path(), name, found, expected);
    }
}
