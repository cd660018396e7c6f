// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Goes once through what most runs of the command line need, so that the JVM that does it can archive the classes:
 * {@code ./llama} starts it after a build.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /**
     * Runs commands on models of its own and ends the JVM with 0 where they all succeeded.
     *
     * @param args a folder that may be written to
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        List<Path> models = List.of(
                BlankModel.writeSentencePiece(folder.resolve("sentencepiece.gguf")),
                BlankModel.writeByteLevel(folder.resolve("byte-level.gguf")));
        int failures = run("--help");
        for (Path model : models) {
            failures += run("generate", "--model", model.toString(), "--prompt", "Once upon a", "--max-tokens", "2");
            failures += run("tokenize", "--model", model.toString(), "--text", "Once upon a time");
            failures += run("inspect", "--model", model.toString());
        }
        System.exit(failures);
    }

    private static int run(String... args) {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return Main.run(
                new Console(
                        InputStream.nullInputStream(),
                        nowhere,
                        new PrintStream(nowhere, true, StandardCharsets.UTF_8),
                        false),
                args);
    }
}
