// SPDX-License-Identifier: Apache-2.0

import dev.llamapanama.GenerationOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rejection sampling (arXiv 2307.09288 § 3.2.3), with a reward that needs no model: of sampled continuations of openings of stories those are collected
 * that come to an end, say nothing twice, and have no word that stands in fewer than two of the stories, for the model to be tuned on.
 */
public final class OwnStories {
    private OwnStories() {}

    /** Takes the model, the file to write, the number of openings, and files of stories that these are of. */
    public static void main(String[] args) throws Exception {
        List<Path> files = Stream.of(args).skip(3).map(Path::of).toList();
        Set<String> known = known(files);
        List<Continuation> sampled = Continuation.of(Path.of(args[0]), files, Integer.parseInt(args[2]), OwnStories::sampled);
        List<String> lines = sampled.stream()
                .filter(story -> story.ended() && !story.repeats() && known.containsAll(story.words()))
                .map(Continuation::json)
                .toList();
        Files.write(Path.of(args[1]), lines);
        System.out.println(args[1] + ": " + lines.size() + " of " + args[2] + " openings");
    }

    private static GenerationOptions sampled(int seed) {
        return GenerationOptions.builder().temperature(0.6f).topP(0.9f).maxTokens(400).seed(seed).build();
    }

    private static Set<String> known(List<Path> files) throws Exception {
        Set<String> once = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (Path file : files) {
            for (String story : Files.readString(file).split(StoryText.SEPARATOR, -1)) {
                for (String word : new HashSet<>(Continuation.words(story))) {
                    if (!once.add(word)) {
                        twice.add(word);
                    }
                }
            }
        }
        return twice;
    }
}
