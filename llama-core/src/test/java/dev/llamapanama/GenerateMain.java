// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import java.nio.file.Path;

/** A small program that uses the library. */
final class GenerateMain {
    private GenerateMain() {}

    /** Prints the backend and the number of tokens that it generated with it. */
    @SuppressWarnings("SystemOut") // a program
    public static void main(String[] args) {
        LlamaOptions options = LlamaOptions.DEFAULT.withBackend(args[1]).withThreads(2);
        try (Llama llama = Llama.open(Path.of(args[0]), options)) {
            GenerationOptions brief =
                    GenerationOptions.builder().maxTokens(8).temperature(0).build();
            Generation generation = llama.generate("once upon a time", brief);
            System.out.println(
                    llama.diagnostics().backend() + " " + generation.tokens().size());
        }
    }
}
