// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.KernelModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** The kernels of this module, built from {@code src/main/cuda}. */
final class Kernels {
    private Kernels() {}

    /** Has the driver compile them for the current device. */
    static KernelModule load(KernelTarget target) {
        return KernelModule.load(ptx(target.resource()));
    }

    private static String ptx(String resource) {
        try (InputStream packed = Kernels.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException("found no " + resource + " beside the classes, expected the kernels");
            }
            return new String(new GZIPInputStream(packed).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
