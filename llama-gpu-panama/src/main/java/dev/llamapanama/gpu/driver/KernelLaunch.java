// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** A kernel, its blocks and its arguments: all that a launch needs, put together once. */
public final class KernelLaunch {
    /** {@code CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES}, and what it is for kernels that nobody has set it for. */
    private static final int MOST_SHARED = 8;

    private static final int USUAL_SHARED = 48 << 10;

    private final Kernel kernel;
    private final Grid grid;
    private final Arguments arguments;
    private final @Nullable LaunchConfig overlapping;

    /**
     * @param arena keeps the arguments; the launch is of use as long as it is open
     * @param arguments device addresses and {@code long long} as Long, {@code int} as Integer, {@code float} as Float, {@code double} as Double
     */
    public KernelLaunch(Arena arena, Kernel kernel, Grid grid, Object... arguments) {
        this.kernel = kernel;
        this.grid = grid;
        this.arguments = Arguments.of(arena, arguments);
        if (grid.shared() > USUAL_SHARED) {
            DriverFunction.FUNC_SET_ATTRIBUTE.call(kernel.handle(), MOST_SHARED, grid.shared());
        }
        overlapping = kernel.overlaps() ? LaunchConfig.of(arena, grid) : null;
    }

    /** The name of the kernel. */
    public String kernel() {
        return kernel.name();
    }

    /** Hands it over to a stream. On the device's thread. */
    public void on(Stream stream) {
        DriverFunction function = overlapping == null ? DriverFunction.LAUNCH_KERNEL : DriverFunction.LAUNCH_KERNEL_EX;
        int code = overlapping == null
                ? plainly(stream)
                : function.result(
                        overlapping.on(stream),
                        kernel.handle(),
                        arguments.pointers().address(),
                        0);
        if (code != 0) {
            throw new CudaException(
                    "kernel " + kernel.name() + " on " + grid + ": "
                            + function.failure(code).getMessage(),
                    code);
        }
    }

    private int plainly(Stream stream) {
        return DriverFunction.LAUNCH_KERNEL.result(
                kernel.handle(),
                grid.x(),
                grid.y(),
                grid.z(),
                grid.threads(),
                1,
                1,
                grid.shared(),
                stream.handle(),
                arguments.pointers().address(),
                0);
    }
}
