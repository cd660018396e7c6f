// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the tokens of text files. Needs no model, only its tokenizer and the module llama-tokenizers. */
public final class TokenCount {
    private TokenCount() {}

    /** Takes the path of a tokenizer.model and those of the texts. */
    public static void main(String[] args) throws IOException {
        Tokenizer tokenizer = Tokenizers.open(Path.of(args[0]));
        for (int i = 1; i < args.length; i++) {
            System.out.println(tokenizer.count(Files.readString(Path.of(args[i]))) + "  " + args[i]);
        }
    }
}
