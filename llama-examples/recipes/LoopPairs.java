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
 * Preferences against the habit of small models to say the same again and again when they aren't sampled: to the opening of a story, the story itself is the better
 * continuation, and the likeliest one of the model is the worse, where it repeats itself.
 */
public final class LoopPairs {
    private static final int FEWEST_WORDS = 3;
    private static final int OPENINGS = 10;
    private static final int SHORTEST = 200;
    private static final int LONGEST = 1_400;
    private static final int REPEATED_WORDS = 6;
    /** In longer ones a letter is repeated. */
    private static final int LONGEST_WORD = 20;

    private static final GenerationOptions LIKELIEST =
            GenerationOptions.builder().temperature(0).maxTokens(220).build();

    private LoopPairs() {}

    /** Takes the model, the file to write, and files of stories whose openings are tried. */
    public static void main(String[] args) throws IOException {
        int pairs = 0;
        int openings = 0;
        StringBuilder lines = new StringBuilder();
        try (Llama llama = Llama.open(Path.of(args[0]))) {
            for (String file : List.of(args).subList(2, args.length)) {
                for (String story : Files.readString(Path.of(file)).split(StoryText.SEPARATOR, -1)) {
                    if (story.length() < SHORTEST || story.length() > LONGEST) {
                        continue;
                    }
                    String opening = opening(story, FEWEST_WORDS + openings++ % OPENINGS);
                    String continued = llama.generate(opening, LIKELIEST).text();
                    if (repeats(continued)) {
                        lines.append(line(opening, story.substring(opening.length()), continued));
                        pairs++;
                    }
                }
            }
        }
        Files.writeString(Path.of(args[1]), lines);
        System.out.println(args[1] + ": " + pairs + " of " + openings + " openings");
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
        if (words.stream().anyMatch(word -> word.length() > LONGEST_WORD)) {
            return true;
        }
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i + REPEATED_WORDS <= words.size(); i++) {
            if (!seen.add(words.subList(i, i + REPEATED_WORDS))) {
                return true;
            }
        }
        return false;
    }

    private static String line(String prompt, String chosen, String rejected) {
        return "{\"prompt\": %s, \"chosen\": %s, \"rejected\": %s}%n".formatted(StoryChats.json(prompt), StoryChats.json(chosen), StoryChats.json(rejected));
    }
}
