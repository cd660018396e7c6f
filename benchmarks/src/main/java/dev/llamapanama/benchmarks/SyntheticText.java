// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.List;
import java.util.SplittableRandom;

/** Text of an invented language: words of up to four syllables, short ones oftener, with punctuation and numbers. */
final class SyntheticText {
    private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
    private static final String VOWELS = "aeiou";

    private final SplittableRandom random;

    SyntheticText(long seed) {
        random = new SplittableRandom(seed);
    }

    static List<String> letters() {
        return (CONSONANTS + VOWELS).chars().mapToObj(Character::toString).toList();
    }

    static List<String> syllables() {
        return CONSONANTS
                .chars()
                .boxed()
                .flatMap(consonant ->
                        VOWELS.chars().mapToObj(vowel -> Character.toString(consonant) + Character.toString(vowel)))
                .toList();
    }

    /** A word. Syllables are not equally frequent, so that words come again. */
    String word() {
        StringBuilder word = new StringBuilder();
        do {
            word.append(CONSONANTS.charAt(skewed(CONSONANTS.length())));
            word.append(VOWELS.charAt(skewed(VOWELS.length())));
        } while (word.length() < 8 && random.nextInt(3) > 0);
        return word.toString();
    }

    private int skewed(int bound) {
        return random.nextInt(1 + random.nextInt(bound));
    }

    /** At least so many characters. */
    String text(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(word());
            switch (random.nextInt(20)) {
                case 0 -> text.append(".\n");
                case 1, 2 -> text.append(", ");
                case 3 -> text.append(' ').append(random.nextInt(10_000)).append(' ');
                default -> text.append(' ');
            }
        }
        return text.append("end").toString();
    }
}
