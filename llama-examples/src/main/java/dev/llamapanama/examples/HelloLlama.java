// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.Llama;
import java.nio.file.Path;

/** The shortest program: opens the model that is named and continues a sentence. */
public final class HelloLlama {
    private HelloLlama() {}

    /** Takes the path of a model. */
    public static void main(String[] args) {
        try (Llama llama = Llama.open(Path.of(args[0]))) {
            System.out.println(llama.generate("Once upon a time").text());
        }
    }
}
