// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.Llama;
import dev.llamapanama.bundled.BundledModel;
import java.nio.file.Path;

/** The shortest program: opens a model and continues a sentence. */
public final class HelloLlama {
    private HelloLlama() {}

    /** Takes the path of a model; without one, the bundled model. */
    public static void main(String[] args) {
        Path model = args.length == 0 ? BundledModel.file() : Path.of(args[0]);
        try (Llama llama = Llama.open(model)) {
            System.out.println(llama.generate("Once upon a time").text());
        }
    }
}
