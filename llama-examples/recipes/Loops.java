// SPDX-License-Identifier: Apache-2.0

import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Small models say the same again and again when they aren't sampled: collects likeliest continuations of openings of stories that repeat themselves, for
 * that to be made unlikely.
 */
public final class Loops {
    private static final int FEWEST_WORDS = 2;
    private static final int OPENINGS = 10;
    private static final int SHORTEST = 200;
    private static final int REPEATED_WORDS = 8;
    private static final int AT_ONCE = 32;

    private static final GenerationOptions LIKELIEST =
            GenerationOptions.builder().temperature(0).maxTokens(220).build();

    private Loops() {}

    /** Takes the model, the file to write, the number of openings, and files of stories that these are of. */
    public static void main(String[] args) throws Exception {
        List<String> openings = openings(List.of(args).subList(3, args.length), Integer.parseInt(args[2]));
        List<String> lines = new ArrayList<>();
        try (Llama llama = Llama.open(Path.of(args[0]));
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Generation>> continued = openings.stream()
                    .map(opening -> threads.submit(() -> llama.generate(opening, LIKELIEST)))
                    .toList();
            for (int i = 0; i < openings.size(); i++) {
                String text = continued.get(i).get().text();
                if (repeats(openings.get(i) + text)) {
                    lines.add("{\"prompt\": %s, \"completion\": %s}".formatted(StoryChats.json(openings.get(i)), StoryChats.json(text)));
                }
            }
        }
        Files.write(Path.of(args[1]), lines);
        System.out.println(args[1] + ": " + lines.size() + " of " + openings.size() + " openings");
    }

    /** Of two to eleven words, from all files alike. */
    private static List<String> openings(List<String> files, int wanted) throws Exception {
        List<String> openings = new ArrayList<>();
        int each = wanted / files.size();
        for (String file : files) {
            List<String> stories = Arrays.stream(Files.readString(Path.of(file)).split(StoryText.SEPARATOR, -1))
                    .filter(story -> story.length() >= SHORTEST)
                    .toList();
            for (int i = 0; i < each; i++) {
                String story = stories.get((int) ((long) i * stories.size() / each));
                openings.add(opening(story, FEWEST_WORDS + openings.size() % OPENINGS));
            }
        }
        return openings;
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
