// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.tensor.Shape;
import java.util.List;

/**
 * A line of the list of tensors.
 *
 * @param name canonical name
 * @param type how the values are stored
 * @param shape rows and columns, or the length of a vector
 * @param bytes size in the file
 */
record TensorEntry(String name, String type, List<Long> shape, long bytes) {

    static TensorEntry of(CheckpointTensor tensor) {
        return new TensorEntry(tensor.name(), tensor.type().name(), sizes(tensor.shape()), tensor.bytes());
    }

    static List<Long> sizes(Shape shape) {
        return shape.rows() == 1 ? List.of(shape.cols()) : List.of(shape.rows(), shape.cols());
    }
}
