// SPDX-License-Identifier: Apache-2.0
package kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the kernels that C2 needs flat, as a step of the build: the folder to write to is the argument. */
final class GenerateKernels {
    private GenerateKernels() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]).resolve("dev/llamapanama/tensor/cpu"));
        for (PackedType type : PackedType.ALL) {
            write(folder.resolve(type.name() + "PackedKernel.java"), PackedKernelSource.of(type));
        }
        write(folder.resolve("Tiles.java"), TileSource.write());
    }

    /** Leaves a file that has not changed alone, so that it isn't compiled again. */
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }
}
