// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.GenerationStream;
import dev.llamapanama.Llama;
import dev.llamapanama.TextPiece;
import java.nio.file.Path;

/** Shows text as it is generated, and leaves when it has seen enough. */
public final class StreamingExample {
    private static final GenerationOptions OPTIONS =
            GenerationOptions.builder().maxTokens(200).temperature(0.8).seed(42).build();

    private StreamingExample() {}

    /** Takes the path of a model and a prompt. */
    public static void main(String[] args) {
        int sentences = 0;
        try (Llama llama = Llama.open(Path.of(args[0]));
                GenerationStream story = llama.stream(args[1], OPTIONS)) {
            for (TextPiece piece : story) {
                System.out.print(piece.text());
                System.out.flush();
                if (piece.text().contains(".") && ++sentences == 3) {
                    break;
                }
            }
        }
        System.out.println();
    }
}
