// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.mapped.ComputedRows;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.checkpoint.mapped.TransposedRows;
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
        return transposed(
                name,
                tensor.type(),
                1,
                new Shape(tensor.cols(), tensor.rows()),
                (expert, input, output, target, to) -> tensor.copyElement(input, output, target, to));
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
        Shape shape = new Shape(Math.multiplyExact(experts, outputs), inputs);
        return transposed(name, start.type(), experts, shape, (expert, input, output, target, to) -> {
            TorchTensor part = parts.get((int) (output / start.cols()));
            part.copyElement(expert * inputs + input, output % start.cols(), target, to);
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
        Shape shape = new Shape(experts * start.cols(), Math.multiplyExact(inputs, (long) parts.size()));
        return transposed(name, start.type(), experts, shape, (expert, input, output, target, to) -> {
            TorchTensor part = parts.get((int) (input / inputs));
            part.copyElement(expert * inputs + input % inputs, output, target, to);
        });
    }

    private CheckpointTensor transposed(String name, DType type, int experts, Shape shape, TransposedRows.Cell cell) {
        return new CheckpointTensor(name, type, shape, files.transposed(experts, shape, type.blockBytes(), cell));
    }

    private CheckpointTensor computed(String name, DType type, Shape shape, ComputedRows.Reader reader) {
        return new CheckpointTensor(name, type, shape, files.computed(shape.rows(), type.bytes(shape.cols()), reader));
    }
}
