// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the CUDA driver API that are used, by the names that libcuda exports. Beside each stand its arguments: pointers to host
 * memory (p), numbers and handles of 64 bits (l) and of 32 (i). All are passed as 64 bits, which the calling conventions of 64-bit systems
 * allow and which leaves few shapes of calls: a new one costs 10 ms, a new function 0.2 ms. A function is linked when it is first called.
 */
@SuppressWarnings("restricted")
enum DriverFunction {
    INIT("cuInit", "i"),
    DRIVER_GET_VERSION("cuDriverGetVersion", "p"),
    GET_ERROR_NAME("cuGetErrorName", "ip"),
    GET_ERROR_STRING("cuGetErrorString", "ip"),
    DEVICE_GET_COUNT("cuDeviceGetCount", "p"),
    DEVICE_GET("cuDeviceGet", "pi"),
    DEVICE_GET_NAME("cuDeviceGetName", "pii"),
    DEVICE_GET_ATTRIBUTE("cuDeviceGetAttribute", "pii"),
    PRIMARY_CONTEXT_RETAIN("cuDevicePrimaryCtxRetain", "pi"),
    PRIMARY_CONTEXT_RELEASE("cuDevicePrimaryCtxRelease_v2", "i"),
    CONTEXT_SET_CURRENT("cuCtxSetCurrent", "l"),
    MODULE_LOAD("cuModuleLoadDataEx", "ppipp"),
    MODULE_UNLOAD("cuModuleUnload", "l"),
    MODULE_GET_FUNCTION("cuModuleGetFunction", "plp"),
    FUNC_SET_ATTRIBUTE("cuFuncSetAttribute", "lii"),
    MEMORY_GET_INFO("cuMemGetInfo_v2", "pp"),
    MEMORY_ALLOCATE("cuMemAlloc_v2", "pl"),
    MEMORY_FREE("cuMemFree_v2", "l"),
    HOST_ALLOCATE("cuMemHostAlloc", "pli"),
    HOST_FREE("cuMemFreeHost", "p"),
    COPY_TO_DEVICE("cuMemcpyHtoDAsync_v2", "lpll"),
    COPY_TO_HOST("cuMemcpyDtoHAsync_v2", "plll"),
    STREAM_CREATE("cuStreamCreate", "pi"),
    STREAM_DESTROY("cuStreamDestroy_v2", "l"),
    STREAM_SYNCHRONIZE("cuStreamSynchronize", "l"),
    EVENT_CREATE("cuEventCreate", "pi"),
    EVENT_RECORD("cuEventRecord", "ll"),
    EVENT_SYNCHRONIZE("cuEventSynchronize", "l"),
    EVENT_DESTROY("cuEventDestroy_v2", "l"),
    STREAM_BEGIN_CAPTURE("cuStreamBeginCapture_v2", "li"),
    STREAM_END_CAPTURE("cuStreamEndCapture", "lp"),
    GRAPH_INSTANTIATE("cuGraphInstantiateWithFlags", "pll"),
    GRAPH_UPLOAD("cuGraphUpload", "ll"),
    GRAPH_LAUNCH("cuGraphLaunch", "ll"),
    GRAPH_DESTROY("cuGraphDestroy", "l"),
    GRAPH_INSTANCE_DESTROY("cuGraphExecDestroy", "l"),
    LAUNCH_KERNEL("cuLaunchKernel", "liiiiiiilpp"),
    LAUNCH_KERNEL_EX("cuLaunchKernelEx", "plpp");

    private final String symbol;
    private final int arguments;
    private volatile @Nullable MethodHandle handle;

    DriverFunction(String symbol, String arguments) {
        this.symbol = symbol;
        this.arguments = arguments.length();
    }

    /** Name in the library. */
    String symbol() {
        return symbol;
    }

    /**
     * Calls it.
     *
     * @param values as many as it has arguments; of pointers the address
     * @throws CudaException if it doesn't succeed
     */
    void call(long... values) {
        int code = result(values);
        if (code != 0) {
            throw failure(code);
        }
    }

    /** Calls it, and returns its {@code CUresult}. */
    int result(long... values) {
        try {
            return (int) linked().invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new LinkageError(symbol, t);
        }
    }

    /** What to throw for a result. */
    CudaException failure(int code) {
        return new CudaException(symbol + ": found " + describe(code) + ", expected success", code);
    }

    private static String describe(int code) {
        return "error " + code + " (" + text(GET_ERROR_NAME, code) + ": " + text(GET_ERROR_STRING, code) + ")";
    }

    private static String text(DriverFunction function, int code) {
        long address = OutParameter.readLong(out -> function.result(code, out));
        return address == 0
                ? "unknown"
                : MemorySegment.ofAddress(address)
                        .reinterpret(Integer.MAX_VALUE)
                        .getString(0);
    }

    private MethodHandle linked() {
        MethodHandle known = handle;
        if (known == null) {
            known = link(CudaLibrary.loaded());
            handle = known;
        }
        return known;
    }

    /**
     * Links it to a library.
     *
     * @throws CudaException if the library lacks it
     */
    MethodHandle link(SymbolLookup library) {
        MemorySegment address = library.find(symbol)
                .orElseThrow(() -> new CudaException("found no " + symbol + " in " + CudaLibrary.name()
                        + ", expected a driver of CUDA 12.0 or newer; update the NVIDIA driver"));
        MemoryLayout[] longs = new MemoryLayout[arguments];
        Arrays.fill(longs, JAVA_LONG);
        return Linker.nativeLinker()
                .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, longs))
                .asSpreader(long[].class, arguments);
    }
}
