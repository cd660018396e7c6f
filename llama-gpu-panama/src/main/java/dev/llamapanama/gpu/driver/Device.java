// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A GPU.
 *
 * @param ordinal its number among those that the driver shows
 * @param handle the driver's name for it
 * @param name as its maker calls it
 * @param computeCapability ten times the major number, plus the minor one
 * @param multiprocessors that run blocks side by side
 */
public record Device(int ordinal, int handle, String name, int computeCapability, int multiprocessors) {
    /** The oldest driver that takes our kernels, as it tells its version: CUDA 12.0. */
    private static final int OLDEST_DRIVER = 12_000;

    /** What our kernels are compiled for. */
    private static final int LEAST_CAPABILITY = 80;

    private static final int NO_DEVICE = 100;
    private static final int MULTIPROCESSOR_COUNT = 16;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    /**
     * The first device. Needs no context, so any thread may ask.
     *
     * @throws CudaException if there is none that our kernels run on, or no driver that takes them, with the reason
     */
    public static Device first() {
        int code = DriverFunction.INIT.result(0);
        if (code != 0 && code != NO_DEVICE) {
            throw new CudaException("found a driver that doesn't start: "
                    + DriverFunction.INIT.failure(code).getMessage());
        }
        int version = OutParameter.readInt(DriverFunction.DRIVER_GET_VERSION::call);
        if (version < OLDEST_DRIVER) {
            throw new CudaException("found an NVIDIA driver of CUDA " + version / 1000 + "." + version % 1000 / 10
                    + ", expected 12.0 or newer; update the driver");
        }
        if (code == NO_DEVICE || OutParameter.readInt(DriverFunction.DEVICE_GET_COUNT::call) == 0) {
            throw new CudaException("found an NVIDIA driver and no GPU that it shows, expected one (see nvidia-smi and"
                    + " the environment variable CUDA_VISIBLE_DEVICES)");
        }
        return of(0);
    }

    private static Device of(int ordinal) {
        int handle = OutParameter.readInt(out -> DriverFunction.DEVICE_GET.call(out, ordinal));
        int capability = 10 * attribute(handle, CAPABILITY_MAJOR) + attribute(handle, CAPABILITY_MINOR);
        Device device = new Device(ordinal, handle, name(handle), capability, attribute(handle, MULTIPROCESSOR_COUNT));
        if (capability < LEAST_CAPABILITY) {
            throw new CudaException("found " + device.name + " of compute capability " + capability / 10 + "."
                    + capability % 10 + ", expected at least 8.0 (Ampere)");
        }
        return device;
    }

    private static String name(int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(256);
            DriverFunction.DEVICE_GET_NAME.call(name.address(), name.byteSize(), handle);
            return name.getString(0);
        }
    }

    private static int attribute(int handle, int attribute) {
        return OutParameter.readInt(out -> DriverFunction.DEVICE_GET_ATTRIBUTE.call(out, attribute, handle));
    }
}
