// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Context;
import dev.llamapanama.gpu.driver.Device;
import dev.llamapanama.gpu.driver.KernelModule;
import dev.llamapanama.gpu.driver.Stream;

/**
 * What every part of a backend works with: a device, its stream and its kernels. Opened, used and closed on the device's thread.
 *
 * @param device the GPU
 * @param context current on its thread
 * @param kernels compiled for it
 * @param stream of all work, in order
 * @param roundPrompts whether activations of many tokens may be rounded to halves
 */
record CudaSession(Device device, Context context, KernelModule kernels, Stream stream, boolean roundPrompts)
        implements AutoCloseable {

    /** Opens the first device. */
    static CudaSession open() {
        return open(false);
    }

    /** Opens the first device. */
    static CudaSession open(boolean roundPrompts) {
        Device device = Device.first();
        Context context = Context.of(device);
        try {
            Stream stream = Stream.create();
            return new CudaSession(
                    device, context, Kernels.load(KernelTarget.of(device), stream), stream, roundPrompts);
        } catch (RuntimeException | Error e) {
            context.close();
            throw e;
        }
    }

    /** What the kernels are translated for. */
    KernelTarget target() {
        return KernelTarget.of(device);
    }

    @Override
    public void close() {
        try (context;
                kernels;
                stream) {
            stream.synchronize();
        }
    }
}
