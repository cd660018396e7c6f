// SPDX-License-Identifier: Apache-2.0

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Small models say the same again and again when they aren't sampled: collects likeliest continuations of openings of stories that repeat themselves, to be
 * made unlikely.
 */
public final class Loops {
    private static final int FEWEST_WORDS = 2;
    private static final int OPENINGS = 10;
    private static final int SHORTEST = 200;
    private static final int REPEATED_WORDS = 8;

    private static final GenerationOptions LIKELIEST =
            GenerationOptions.builder().temperature(0).maxTokens(220).build();

    private Loops() {}

    /** Takes the model, the file to write, the number of openings, and files of stories that these are of. */
    public static void main(String[] args) throws IOException {
        int wanted = Integer.parseInt(args[2]);
        List<String> files = List.of(args).subList(3, args.length);
        int loops = 0;
        int openings = 0;
        StringBuilder lines = new StringBuilder();
        try (Llama llama = Llama.open(Path.of(args[0]))) {
            for (String file : files) {
                List<String> stories = Arrays.stream(Files.readString(Path.of(file)).split(StoryText.SEPARATOR, -1))
                        .filter(story -> story.length() >= SHORTEST)
                        .toList();
                int each = wanted / files.size();
                for (int i = 0; i < each; i++) {
                    String story = stories.get((int) ((long) i * stories.size() / each));
                    String opening = opening(story, FEWEST_WORDS + openings++ % OPENINGS);
                    String continued = llama.generate(opening, LIKELIEST).text();
                    if (repeats(opening + continued)) {
                        lines.append("{\"prompt\": %s, \"completion\": %s}%n"
                                .formatted(StoryChats.json(opening), StoryChats.json(continued)));
                        loops++;
                    }
                }
            }
        }
        Files.writeString(Path.of(args[1]), lines);
        System.out.println(args[1] + ": " + loops + " of " + openings + " openings");
    }

    private static String opening(String story, int words) {
        int end = 0;
        for (int i = 0; i < words && end >= 0; i++) {
            end = story.indexOf(' ', end + 1);
        }
        return end < 0 ? story.substring(0, story.indexOf(' ')) : story.substring(0, end);
    }

    private static boolean repeats(String text) {
        List<String> words = Arrays.stream(text.toLowerCase().split("[^a-z']+"))
                .filter(word -> !word.isEmpty())
                .toList();
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i + REPEATED_WORDS <= words.size(); i++) {
            if (!seen.add(words.subList(i, i + REPEATED_WORDS))) {
                return true;
            }
        }
        return false;
    }
}
