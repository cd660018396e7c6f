// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text that the default model is trained on, as documents with {@code <|endoftext|>} between: stories for children, bedtime stories, tales and scenes of
 * everyday life of an instruction corpus ({@code instruction<start>answer<end>}), three samples of TinyStories, and the simple stories of a grammar. Only plain letters and
 * punctuation are left; stories with anything else, or with Markdown, are left out.
 */
public final class StoryText {
    static final String SEPARATOR = "\n<|endoftext|>\n";
    private static final Pattern EXAMPLE = Pattern.compile("(.*?)<start>(.*?)<end>", Pattern.DOTALL);
    private static final Pattern UNUSUAL = Pattern.compile("[^\\n -~]|[*#<>\\[\\]{}|\\\\_]|---");
    private static final int SHORTEST = 200;
    /** Stories that nothing is trained on, to measure with. */
    private static final String UNSEEN = "unseen.txt";

    private static final int EACH_UNSEEN = 100;

    /** From here on the longer sample is taken: before it is what the first sample has. */
    private static final int LONG_FROM = 1_040_000;

    private static final int SIMPLE = 80_000;

    /** Those for children are three times as long as the others. */
    private static final int CHILD_CHATS = 800;

    private static final int SIMPLE_CHATS = 4_000;

    private StoryText() {}

    /**
     * Takes the folder of the corpus, a file of TinyStories with empty lines between paragraphs, one with {@code <|endoftext|>} between stories, a longer one of
     * the first kind, which begins with the first, and the folder to write to.
     */
    public static void main(String[] args) throws IOException {
        Path corpus = Path.of(args[0]);
        Path output = Files.createDirectories(Path.of(args[4]));
        Files.deleteIfExists(output.resolve(UNSEEN));
        List<Story> child = write(output.resolve("child.txt"), answers(corpus, "generated-child-"));
        List<Story> bedtime = write(output.resolve("bedtime.txt"), answers(corpus, "generated-bedtime-"));
        List<Story> everyday = write(output.resolve("everyday.txt"), answers(corpus, "llama-slice-of-life-"));
        List<Story> tiny = write(output.resolve("tiny.txt"), tinyStories(Files.readString(Path.of(args[1]))));
        List<Story> tales = write(output.resolve("tales.txt"), answers(corpus, "llama-stories"));
        List<Story> moreTiny = write(output.resolve("more-tiny.txt"), separated(Files.readString(Path.of(args[2]))));
        List<Story> longTiny = write(output.resolve("long-tiny.txt"), rest(Files.readString(Path.of(args[3]))));

        Renaming renaming = Renaming.of(all(child, bedtime, everyday, tiny, tales, moreTiny, longTiny));
        writeText(output.resolve("child-renamed.txt"), renaming.copies(child, 7, 1));
        writeText(output.resolve("bedtime-renamed.txt"), renaming.copies(bedtime, 2, 2));
        writeText(output.resolve("tales-renamed.txt"), renaming.copies(tales, 4, 3));
        writeText(output.resolve("everyday-renamed.txt"), renaming.copies(everyday, 6, 4));
        writeText(output.resolve("tiny-renamed.txt"), renaming.copies(all(tiny, moreTiny, longTiny), 4, 5));
        List<Story> simple = SimpleStories.of(Path.of("simple-stories.txt"), SIMPLE, 7);
        writeText(output.resolve("simple.txt"), simple);
        List<Story> asked = renaming.copies(all(child.subList(0, CHILD_CHATS), tiny, moreTiny), 1, 6);
        Files.write(output.resolve("chats.jsonl"), StoryChats.of(all(asked, simple.subList(0, SIMPLE_CHATS))));
    }

    private static List<Story> answers(Path corpus, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(corpus)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .flatMap(file -> EXAMPLE.matcher(read(file))
                            .results()
                            .map(example -> new Story(example.group(1).strip(), example.group(2))))
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
    private static List<Story> tinyStories(String text) {
        List<Story> stories = new ArrayList<>();
        StringBuilder story = new StringBuilder();
        String before = "";
        for (String line : text.lines().toList()) {
            if (!line.isBlank() && !before.isBlank()) {
                stories.add(new Story("", story.toString()));
                story.setLength(0);
            }
            story.append(line).append('\n');
            before = line;
        }
        stories.add(new Story("", story.toString()));
        return stories;
    }

    /** The first and the last one are cut off. */
    private static List<Story> rest(String text) {
        List<Story> stories = tinyStories(punctuated(text.substring(LONG_FROM)));
        return stories.subList(1, stories.size() - 1);
    }

    /** With its punctuation, which was UTF-8 once, and then read as Windows' Latin and written again. */
    private static String punctuated(String text) {
        return text.replaceAll("\u00e2\u20ac[\u02dc\u2122]", "'")
                .replaceAll("\u00e2\u20ac[\u201c\u201d]", "-")
                .replace("\u00e2\u20ac\u00a6", "...")
                .replaceAll("\u00e2\u20ac[\u0153\u009d]?", "\"");
    }

    /** The last one may be cut off. */
    private static List<Story> separated(String text) {
        List<String> stories = List.of(text.split("<\\|endoftext\\|>", -1));
        return stories.subList(0, stories.size() - 1).stream()
                .map(story -> new Story("", story))
                .toList();
    }

    /** Writes what is to be seen, and gives it. */
    private static List<Story> write(Path file, List<Story> stories) throws IOException {
        List<Story> kept =
                stories.stream().map(StoryText::plain).flatMap(Optional::stream).toList();
        List<Story> seen = new ArrayList<>();
        List<Story> unseen = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            (i % EACH_UNSEEN == EACH_UNSEEN - 1 ? unseen : seen).add(kept.get(i));
        }
        writeText(file, seen);
        Files.writeString(file.resolveSibling(UNSEEN), text(unseen), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return seen;
    }

    private static void writeText(Path file, List<Story> stories) throws IOException {
        Files.writeString(file, text(stories));
        System.out.println(file + ": " + stories.size() + " stories, " + Files.size(file) + " bytes");
    }

    @SafeVarargs
    private static List<Story> all(List<Story>... kinds) {
        return Stream.of(kinds).flatMap(List::stream).toList();
    }

    private static String text(List<Story> stories) {
        return stories.stream().map(story -> story.text() + SEPARATOR).collect(Collectors.joining());
    }

    private static Optional<Story> plain(Story story) {
        String plain = story.text()
                .strip()
                .replaceAll("[\u2018\u2019]", "'")
                .replaceAll("[\u201c\u201d]", "\"")
                .replace("\u2026", "...")
                .replaceAll(" ?[\u2013\u2014] ?", " - ")
                .replaceAll("[ \\t]+\\n", "\n")
                .replaceAll("\\n{3,}", "\n\n")
                .replaceAll(" {2,}", " ");
        return plain.length() < SHORTEST || UNUSUAL.matcher(plain).find()
                ? Optional.empty()
                : Optional.of(new Story(story.request(), plain));
    }
}
