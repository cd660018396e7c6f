// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * One matrix of each expert of a mixture, all of the same shape and format.
 *
 * @param stride elements from a row of plain numbers to the next
 * @param isForTensorCores whether there are kernels on tensor cores for all of them
 * @param address on the device, of a table of where the parts of each begin
 */
record ExpertMatrices(DeviceFormat format, int rows, int cols, int stride, boolean isForTensorCores, long address) {

    /** Whether matrices can be those of a table. */
    static boolean isAlike(List<CudaWeights> matrices) {
        CudaWeights first = matrices.getFirst();
        return matrices.stream()
                .allMatch(
                        each -> each.format() == first.format() && each.shape().equals(first.shape()));
    }

    /** Makes their table, which lives as long as the plan. */
    static ExpertMatrices of(Recording recording, List<CudaWeights> matrices) {
        CudaWeights first = matrices.getFirst();
        long[] parts = matrices.stream()
                .flatMap(matrix -> matrix.parts().stream())
                .mapToLong(part -> part)
                .toArray();
        DeviceBuffer table = recording.table((long) parts.length * Long.BYTES, addresses -> {
            for (int i = 0; i < parts.length; i++) {
                addresses.setAtIndex(ValueLayout.JAVA_LONG, i, parts[i]);
            }
        });
        return new ExpertMatrices(
                first.format(),
                first.rows(),
                first.cols(),
                first.stride(),
                matrices.stream().allMatch(ProductKernel::isForTensorCores),
                table.address());
    }
}
