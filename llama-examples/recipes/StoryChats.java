// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the default model is tuned on: requests for a story, by its title or by whom it is about, and the story; and each second story without a
 * request, so that texts are still continued as they were before, every other of these from one of its later paragraphs on.
 */
final class StoryChats {
    private static final Pattern TITLE = Pattern.compile("called `(.*?)\\.?`");
    private static final Pattern HERO =
            Pattern.compile("(?:there (?:once )?(?:was|lived)|lived) (an? [a-z ,-]{2,60}?(?: (?:named|called) [A-Z][a-z]+|(?=[.]| who)))");
    private static final int BEGINNING = 300;
    private static final int EACH_PLAIN = 2;
    private static final List<String> BY_TITLE = List.of(
            "Tell me a story called \"%s\".",
            "Write a story for children called \"%s\".",
            "Please tell me the story \"%s\".",
            "Can you write a story with the title \"%s\"?",
            "%s");
    private static final List<String> BY_HERO = List.of(
            "Tell me a story about %s.",
            "Write a story about %s.",
            "Please tell a story for children about %s.",
            "Can you tell me a story about %s?",
            "I want to hear a story about %s.");
    private static final List<String> BY_NOTHING =
            List.of("Tell me a story.", "Tell me a short story.", "Write a story for children.", "Can you tell me a story?", "A story, please!");

    private StoryChats() {}

    /**
     * Lines of JSON.
     *
     * @param stories each with the request that it answered, or nothing
     */
    static List<String> of(List<Story> stories) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < stories.size(); i++) {
            Story story = stories.get(i);
            lines.add(
                    i % EACH_PLAIN == 0
                            ? "{\"prompt\": \"\", \"completion\": %s}".formatted(json(i / EACH_PLAIN % 2 == 0 ? story.text() : later(story.text(), i)))
                            : "{\"messages\": [{\"role\": \"user\", \"content\": %s}, {\"role\": \"assistant\", \"content\": %s}]}"
                                    .formatted(json(request(story, i / EACH_PLAIN)), json(story.text())));
        }
        return lines;
    }

    /** From a paragraph of the first half on. */
    private static String later(String text, int turn) {
        String[] paragraphs = text.split("\n\n");
        int first = turn / EACH_PLAIN / 2 % Math.max(1, paragraphs.length / 2);
        return String.join("\n\n", Arrays.asList(paragraphs).subList(first, paragraphs.length));
    }

    private static String request(Story story, int turn) {
        Matcher title = TITLE.matcher(story.request());
        Matcher hero = HERO.matcher(story.text().substring(0, Math.min(BEGINNING, story.text().length())));
        boolean titled = title.find();
        boolean heroic = hero.find();
        if (titled && (turn % 2 == 0 || !heroic)) {
            return phrase(BY_TITLE, turn, title.group(1));
        }
        if (heroic) {
            return phrase(BY_HERO, turn, hero.group(1));
        }
        return story.request().isEmpty() ? phrase(BY_NOTHING, turn, "") : story.request();
    }

    private static String phrase(List<String> phrases, int turn, String what) {
        return phrases.get(turn / 2 % phrases.size()).formatted(what);
    }

    /** A text in quotation marks. */
    static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
