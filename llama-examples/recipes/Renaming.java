// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Stories with other people in them: each name that speaks or feels somewhere in the text is replaced, throughout a story, by another one of the same pronoun.
 * A model that reads a story again reads it of others, and learns that a name comes from the story, not from the words beside it.
 */
final class Renaming {
    private enum Pronoun {
        SHE,
        HE,
        OTHER
    }

    private static final Pattern WORD = Pattern.compile("\\b[A-Za-z]+\\b");
    private static final Pattern CAPITALISED = Pattern.compile("\\b[A-Z][a-z]{1,}\\b");
    private static final Pattern ACTS = Pattern.compile("\\b([A-Z][a-z]{1,}) (?:said|asked|replied|smiled|nodded|felt|looked|thought|knew|whispered|laughed|couldn't)\\b"
            + "|\\b(?:said|asked|replied|named|whispered) ([A-Z][a-z]{1,})\\b");
    /** Who is meant by the pronoun is the last one named, most of the time. */
    private static final Pattern SPOKEN_OF = Pattern.compile("\\b([A-Z][a-z]{1,})\\b[^A-Z\"]{0,80}?\\b(she|her|he|his|him)\\b");

    private static final Set<String> FEMALE = Set.of("she", "her");
    private static final int ACTS_OF_A_PERSON = 2;
    /** A flower is a lily more seldom than a girl is Lily, but Mom is a mom. */
    private static final int SELDOM = 3;
    private static final double CERTAIN = 0.75;

    private final Map<String, Pronoun> names;
    private final Map<Pronoun, List<String>> pool = new HashMap<>();

    private Renaming(Map<String, Pronoun> names) {
        this.names = names;
        names.forEach((name, pronoun) -> pool.computeIfAbsent(pronoun, p -> new ArrayList<>()).add(name));
    }

    /** Learns the names, and their pronouns, of these stories. A word that is often written small is none. */
    static Renaming of(List<Story> stories) {
        Map<String, Integer> words = new HashMap<>();
        Map<String, Integer> acts = new TreeMap<>();
        Map<String, int[]> pronouns = new HashMap<>();
        for (Story story : stories) {
            WORD.matcher(story.text()).results().map(MatchResult::group).forEach(word -> words.merge(word, 1, Integer::sum));
            ACTS.matcher(story.text())
                    .results()
                    .forEach(act -> acts.merge(act.group(1) == null ? act.group(2) : act.group(1), 1, Integer::sum));
            SPOKEN_OF
                    .matcher(story.text())
                    .results()
                    .forEach(of -> pronouns.computeIfAbsent(of.group(1), name -> new int[2])[FEMALE.contains(of.group(2)) ? 0 : 1]++);
        }
        Map<String, Pronoun> names = new TreeMap<>();
        acts.forEach((name, count) -> {
            if (count >= ACTS_OF_A_PERSON && count > SELDOM * words.getOrDefault(name.toLowerCase(Locale.ROOT), 0)) {
                names.put(name, pronoun(pronouns.getOrDefault(name, new int[2])));
            }
        });
        return new Renaming(names);
    }

    private static Pronoun pronoun(int[] sheAndHe) {
        double all = sheAndHe[0] + sheAndHe[1];
        return sheAndHe[0] > CERTAIN * all ? Pronoun.SHE : sheAndHe[1] > CERTAIN * all ? Pronoun.HE : Pronoun.OTHER;
    }

    /** Each story as often as {@code times} says, each time of others. */
    List<Story> copies(List<Story> stories, int times, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Story> copies = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            stories.forEach(story -> copies.add(renamed(story, random)));
        }
        return copies;
    }

    private Story renamed(Story story, RandomGenerator random) {
        Map<String, String> others = new LinkedHashMap<>();
        Set<String> taken = new TreeSet<>(CAPITALISED.matcher(story.text()).results().map(MatchResult::group).toList());
        for (String name : List.copyOf(taken)) {
            if (names.containsKey(name)) {
                List<String> from = pool.get(names.get(name));
                String other = from.get(random.nextInt(from.size()));
                while (!taken.add(other)) {
                    other = from.get(random.nextInt(from.size()));
                }
                others.put(name, other);
            }
        }
        return new Story(replaced(story.request(), others), replaced(story.text(), others));
    }

    private static String replaced(String text, Map<String, String> others) {
        return CAPITALISED.matcher(text).replaceAll(name -> others.getOrDefault(name.group(), name.group()));
    }
}
