// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.AdapterFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** LoRA adapters on the command line. */
final class AdapterOption {
    @Option(
            names = "--lora",
            paramLabel = "FILE[:SCALE]",
            converter = Converter.class,
            description =
                    "Add a LoRA adapter, a GGUF file or a PEFT folder, SCALE times (default: 1); may be repeated.")
    private List<AdapterFile> files = new ArrayList<>();

    List<AdapterFile> files() {
        return files;
    }

    static final class Converter implements ITypeConverter<AdapterFile> {
        @Override
        public AdapterFile convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                Path whole = Path.of(text);
                return colon < 0 || Files.exists(whole)
                        ? new AdapterFile(whole, 1)
                        : new AdapterFile(
                                Path.of(text.substring(0, colon)), Double.parseDouble(text.substring(colon + 1)));
            } catch (InvalidPathException | NumberFormatException e) {
                throw new TypeConversionException(
                        "found '" + text + "', expected a file, or a file, a colon and a number");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
