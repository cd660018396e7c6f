// SPDX-License-Identifier: Apache-2.0

import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.generation.FinishReason;
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
import java.util.function.IntFunction;

/**
 * What a model says after the opening of a story.
 *
 * @param ended whether it came to an end by itself
 */
record Continuation(String opening, String text, boolean ended) {
    private static final int FEWEST_WORDS = 2;
    private static final int OPENINGS = 10;
    private static final int SHORTEST = 200;
    private static final int REPEATED_WORDS = 8;
    private static final int AT_ONCE = 32;

    /**
     * Of openings of two to eleven words, from all files alike.
     *
     * @param options by the number of an opening
     */
    static List<Continuation> of(Path model, List<Path> files, int wanted, IntFunction<GenerationOptions> options) throws Exception {
        List<String> openings = openings(files, wanted);
        List<Continuation> continued = new ArrayList<>();
        try (Llama llama = Llama.open(model);
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Generation>> generations = new ArrayList<>();
            for (int i = 0; i < openings.size(); i++) {
                String opening = openings.get(i);
                GenerationOptions each = options.apply(i);
                generations.add(threads.submit(() -> llama.generate(opening, each)));
            }
            for (int i = 0; i < openings.size(); i++) {
                Generation generation = generations.get(i).get();
                continued.add(new Continuation(openings.get(i), generation.text(), generation.finishReason() == FinishReason.STOP));
            }
        }
        return continued;
    }

    private static List<String> openings(List<Path> files, int wanted) throws Exception {
        List<String> openings = new ArrayList<>();
        int each = wanted / files.size();
        for (Path file : files) {
            List<String> stories = Arrays.stream(Files.readString(file).split(StoryText.SEPARATOR, -1))
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

    /** Whether it says many words twice. */
    boolean repeats() {
        List<String> words = words();
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i + REPEATED_WORDS <= words.size(); i++) {
            if (!seen.add(words.subList(i, i + REPEATED_WORDS))) {
                return true;
            }
        }
        return false;
    }

    List<String> words() {
        return words(opening + text);
    }

    static List<String> words(String text) {
        return Arrays.stream(text.toLowerCase().split("[^a-z']+"))
                .map(word -> word.replaceAll("^'+|'+$", ""))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** As an example of a text that goes on. */
    String json() {
        return "{\"prompt\": %s, \"completion\": %s}".formatted(StoryChats.json(opening), StoryChats.json(text));
    }
}
