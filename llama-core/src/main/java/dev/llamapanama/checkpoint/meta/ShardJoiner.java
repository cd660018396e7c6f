// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.mapped.ComputedRows;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Makes weights of their shards: mapped where their rows lie in one piece, else computed row by row. */
final class ShardJoiner {
    private final MappedFiles files;

    ShardJoiner(MappedFiles files) {
        this.files = files;
    }

    /** Some rows of a shard. */
    record Rows(TorchTensor tensor, long first, long count) {
        static Rows all(TorchTensor tensor) {
            return new Rows(tensor, 0, tensor.rows());
        }

        void copyRow(long row, MemorySegment target) {
            tensor.copyRow(first + row, target);
        }
    }

    /** Rows one behind the other; as many of each part. */
    CheckpointTensor rows(String name, List<Rows> parts) {
        Rows start = parts.getFirst();
        Shape shape = new Shape(Math.multiplyExact(start.count, (long) parts.size()), start.tensor.cols());
        WeightSource source = parts.size() == 1 && start.tensor.isDense()
                ? start.tensor
                        .file()
                        .source(
                                start.tensor.start() + start.first * start.tensor.rowBytes(),
                                start.count * start.tensor.rowBytes())
                : files.computed(
                        shape.rows(),
                        start.tensor.rowBytes(),
                        (row, target) -> parts.get((int) (row / start.count)).copyRow(row % start.count, target));
        return new CheckpointTensor(name, start.tensor.type(), shape, source);
    }

    /** Columns one beside the other. */
    CheckpointTensor columns(String name, List<TorchTensor> parts) {
        if (parts.size() == 1) {
            return rows(name, List.of(Rows.all(parts.getFirst())));
        }
        TorchTensor start = parts.getFirst();
        Shape shape = new Shape(start.rows(), Math.multiplyExact(start.cols(), (long) parts.size()));
        return computed(name, start.type(), shape, (row, target) -> {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).copyRow(row, target.asSlice(i * start.rowBytes(), start.rowBytes()));
            }
        });
    }

    /** Rows and columns exchanged. */
    CheckpointTensor transposed(String name, TorchTensor tensor) {
        return computed(
                name,
                tensor.type(),
                new Shape(tensor.cols(), tensor.rows()),
                (row, target) -> tensor.copyColumn(row, 0, target, 0, tensor.rows()));
    }

    /**
     * Experts that are stored {@code [inputs, outputs]}, below each other, with the outputs shared out.
     *
     * @param experts divides the rows
     */
    CheckpointTensor expertsByOutputs(String name, List<TorchTensor> parts, int experts) {
        TorchTensor start = parts.getFirst();
        long inputs = start.rows() / experts;
        long outputs = Math.multiplyExact(start.cols(), (long) parts.size());
        return computed(name, start.type(), new Shape(experts * outputs, inputs), (row, target) -> {
            long output = row % outputs;
            TorchTensor part = parts.get((int) (output / start.cols()));
            part.copyColumn(output % start.cols(), row / outputs * inputs, target, 0, inputs);
        });
    }

    /**
     * Experts that are stored {@code [inputs, outputs]}, below each other, with the inputs shared out.
     *
     * @param experts divides the rows
     */
    CheckpointTensor expertsByInputs(String name, List<TorchTensor> parts, int experts) {
        TorchTensor start = parts.getFirst();
        long inputs = start.rows() / experts;
        long outputs = start.cols();
        Shape shape = new Shape(experts * outputs, Math.multiplyExact(inputs, (long) parts.size()));
        return computed(name, start.type(), shape, (row, target) -> {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).copyColumn(row % outputs, row / outputs * inputs, target, i * inputs, inputs);
            }
        });
    }

    private CheckpointTensor computed(String name, DType type, Shape shape, ComputedRows.Reader reader) {
        return new CheckpointTensor(name, type, shape, files.computed(shape.rows(), type.bytes(shape.cols()), reader));
    }
}
