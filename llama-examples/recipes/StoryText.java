// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The text that the default model is trained on, as documents with {@code <|endoftext|>} between: stories for children, bedtime stories and scenes of
 * everyday life of an instruction corpus ({@code instruction<start>answer<end>}), and a sample of TinyStories. Only plain letters and punctuation are left; stories
 * with anything else, or with Markdown, are left out.
 */
public final class StoryText {
    private static final String SEPARATOR = "\n<|endoftext|>\n";
    private static final Pattern EXAMPLE = Pattern.compile("(.*?)<start>(.*?)<end>", Pattern.DOTALL);
    private static final Pattern UNUSUAL = Pattern.compile("[^\\n -~]|[*#<>\\[\\]{}|\\\\_]|---");
    private static final int SHORTEST = 200;

    private StoryText() {}

    /** Takes the folder of the corpus, a file of TinyStories, and the folder to write to. */
    public static void main(String[] args) throws IOException {
        Path corpus = Path.of(args[0]);
        Path output = Files.createDirectories(Path.of(args[2]));
        write(output.resolve("child.txt"), answers(corpus, "generated-child-"));
        write(output.resolve("bedtime.txt"), answers(corpus, "generated-bedtime-"));
        write(output.resolve("everyday.txt"), answers(corpus, "llama-slice-of-life-"));
        write(output.resolve("tiny.txt"), tinyStories(Files.readString(Path.of(args[1]))));
    }

    private static List<String> answers(Path corpus, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(corpus)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .flatMap(file -> EXAMPLE.matcher(read(file)).results().map(example -> example.group(2)))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Paragraphs of a story have an empty line between, stories have none. */
    private static List<String> tinyStories(String text) {
        List<String> stories = new ArrayList<>();
        StringBuilder story = new StringBuilder();
        String before = "";
        for (String line : text.lines().toList()) {
            if (!line.isBlank() && !before.isBlank()) {
                stories.add(story.toString());
                story.setLength(0);
            }
            story.append(line).append('\n');
            before = line;
        }
        stories.add(story.toString());
        return stories;
    }

    private static void write(Path file, List<String> stories) throws IOException {
        List<String> kept =
                stories.stream().map(StoryText::plain).flatMap(Optional::stream).toList();
        Files.writeString(file, String.join(SEPARATOR, kept) + "\n");
        System.out.println(file + ": " + kept.size() + " of " + stories.size() + " stories, " + Files.size(file) + " bytes");
    }

    private static Optional<String> plain(String story) {
        String plain = story.strip()
                .replaceAll("[\u2018\u2019]", "'")
                .replaceAll("[\u201c\u201d]", "\"")
                .replace("\u2026", "...")
                .replaceAll(" ?[\u2013\u2014] ?", " - ")
                .replaceAll("[ \\t]+\\n", "\n")
                .replaceAll("\\n{3,}", "\n\n")
                .replaceAll(" {2,}", " ");
        Matcher unusual = UNUSUAL.matcher(plain);
        return plain.length() < SHORTEST || unusual.find() ? Optional.empty() : Optional.of(plain);
    }
}
