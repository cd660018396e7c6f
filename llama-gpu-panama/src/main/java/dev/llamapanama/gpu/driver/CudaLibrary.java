// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The driver's library, which comes with the driver of the graphics card and is all that CUDA kernels need. It is loaded once and stays:
 * the driver has threads of its own.
 */
@SuppressWarnings("restricted")
final class CudaLibrary {
    /** System property with the path of another library that has the driver's functions. */
    static final String PROPERTY = "dev.llamapanama.gpu.driver";

    private static volatile @Nullable SymbolLookup loaded;

    private CudaLibrary() {}

    /**
     * The library of this system.
     *
     * @throws CudaException if there is none, or native code may not be called
     */
    static SymbolLookup loaded() {
        SymbolLookup known = loaded;
        if (known == null) {
            known = find(name());
            loaded = known;
        }
        return known;
    }

    /** Name or path of the library on this system. */
    static String name() {
        String usual = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
                ? "nvcuda.dll"
                : "libcuda.so.1";
        return System.getProperty(PROPERTY, usual);
    }

    /**
     * Loads a library.
     *
     * @throws CudaException if there is none, or native code may not be called
     */
    static SymbolLookup find(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new CudaException(
                    "found no library " + name
                            + ", expected the one of an NVIDIA driver; install the driver of the graphics card",
                    e);
        } catch (IllegalCallerException e) {
            throw new CudaException(
                    "native access is denied to this module; start Java with --enable-native-access=dev.llamapanama.gpu"
                            + " (on the class path: ALL-UNNAMED)",
                    e);
        }
    }
}
