// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.Weights;
import java.util.Arrays;
import java.util.List;

/** Weights in the memory of the device: the parts of their format one after the other. */
final class CudaWeights implements Weights {
    private final String name;
    private final DType type;
    private final Shape shape;
    private final DeviceFormat format;
    private final boolean forTensorCores;
    private final long[] parts;
    private final OpenResources open;

    /**
     * @param forTensorCores whether these can multiply them
     * @param parts addresses on the device
     * @param memory holds them, and is freed with this
     */
    CudaWeights(
            String name,
            DType type,
            Shape shape,
            DeviceFormat format,
            boolean forTensorCores,
            long[] parts,
            DeviceBuffer memory,
            OpenResources open) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.format = format;
        this.forTensorCores = forTensorCores;
        this.parts = parts;
        this.open = open;
        open.add(this, memory::close);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DType type() {
        return type;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    DeviceFormat format() {
        return format;
    }

    /** Whether tensor cores can multiply them; what they can't is multiplied in floats. */
    boolean isForTensorCores() {
        return forTensorCores;
    }

    int rows() {
        return (int) shape.rows();
    }

    int cols() {
        return (int) shape.cols();
    }

    /** Elements from a row of plain numbers to the next. */
    int stride() {
        return format == DeviceFormat.F32 ? cols() : PlainRows.HALVES.stride(cols());
    }

    /** Where a part begins on the device. */
    long part(int index) {
        return parts[index];
    }

    /** Where all parts begin, as kernels want them. */
    List<Long> parts() {
        return Arrays.stream(parts).boxed().toList();
    }

    /**
     * Where the floats of a vector begin.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    long vector() {
        if (rows() != 1) {
            throw new IllegalArgumentException(name + ": found shape " + shape + ", expected a vector");
        }
        return parts[0];
    }

    @Override
    public void close() {
        open.close(this);
    }

    @Override
    public String toString() {
        return "weights " + name;
    }
}
