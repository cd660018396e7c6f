// SPDX-License-Identifier: Apache-2.0

import dev.llamapanama.GenerationOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Small models say the same again and again when they aren't sampled: collects likeliest continuations of openings of stories that repeat themselves, for
 * that to be made unlikely.
 */
public final class Loops {
    private static final GenerationOptions LIKELIEST =
            GenerationOptions.builder().temperature(0).maxTokens(220).build();

    private Loops() {}

    /** Takes the model, the file to write, the number of openings, and files of stories that these are of. */
    public static void main(String[] args) throws Exception {
        List<Path> files = Stream.of(args).skip(3).map(Path::of).toList();
        List<String> lines = Continuation.of(Path.of(args[0]), files, Integer.parseInt(args[2]), i -> LIKELIEST).stream()
                .filter(Continuation::repeats)
                .map(Continuation::json)
                .toList();
        Files.write(Path.of(args[1]), lines);
        System.out.println(args[1] + ": " + lines.size() + " of " + args[2] + " openings");
    }
}
