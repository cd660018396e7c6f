// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.KernelModule;
import dev.llamapanama.gpu.driver.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** The kernels of this module, built from {@code src/main/cuda}. */
final class Kernels {
    /** Does nothing. */
    private static final String PROBE = "overlap";

    private Kernels() {}

    /**
     * Has the driver compile them for the current device.
     *
     * @param stream that they are launched on
     */
    static KernelModule load(KernelTarget target, Stream stream) {
        KernelModule module = KernelModule.load(ptx(target.resource()));
        module.overlapOn(stream, PROBE);
        return module;
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
