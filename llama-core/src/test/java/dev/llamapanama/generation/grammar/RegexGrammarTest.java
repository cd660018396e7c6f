// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions beside java.util.regex. */
class RegexGrammarTest {
    private static final String ALPHABET = "ab0 _-.é中\n\t\u00A0\u2028\u0085]";

    @Test
    void matchesWhatJavaMatches() {
        Random random = new Random(11);
        int matches = 0;
        for (int i = 0; i < 500; i++) {
            String regex = alternatives(random, 3);
            Pattern pattern = Pattern.compile(regex);
            Optional<Acceptance> acceptance = acceptance(regex);
            for (int j = 0; j < 30 && acceptance.isPresent(); j++) {
                String text = text(random);
                boolean expected = pattern.matcher(text).matches();
                matches += expected ? 1 : 0;
                assertEquals(expected, acceptance.get().accepts(text), () -> regex + " and '" + text + "'");
            }
        }
        assertTrue(matches > 300, "only " + matches + " matched");
    }

    private static Optional<Acceptance> acceptance(String regex) {
        try {
            return Optional.of(new Acceptance(Grammar.ofRegex(regex)));
        } catch (GrammarException e) {
            assertTrue(e.toString().contains("no text can satisfy"), () -> regex + ": " + e);
            return Optional.empty();
        }
    }

    @Test
    void textsMatch() {
        Random random = new Random(12);
        for (int i = 0; i < 150; i++) {
            String regex = alternatives(random, 3);
            GrammarVocabulary vocabulary = TestVocabulary.random(random, 100);
            if (acceptance(regex).isPresent()) {
                Optional<String> text = Walk.text(Grammar.ofRegex(regex), vocabulary, random);
                text.ifPresent(each -> assertTrue(Pattern.matches(regex, each), () -> regex + " and '" + each + "'"));
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(ALPHABET.charAt(random.nextInt(random.nextBoolean() ? 3 : ALPHABET.length())));
        }
        return text.toString();
    }

    private static String alternatives(Random random, int depth) {
        String first = sequence(random, depth);
        return random.nextInt(4) == 0 ? first + "|" + sequence(random, depth) : first;
    }

    private static String sequence(Random random, int depth) {
        StringBuilder sequence = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            sequence.append(atom(random, depth))
                    .append(pick(random, "", "", "", "*", "+", "?", "{2}", "{1,}", "{0,3}", "*?"));
        }
        return sequence.toString();
    }

    private static String atom(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0, 1 -> pick(random, "a", "b", "0", "é", "中", "-", "\\.", "\\n", "\\u00e9", "\\x41", "\\t");
            case 2 -> pick(random, ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\h", "\\H", "\\v", "\\V", "\\p{L}");
            case 3 ->
                pick(
                        random,
                        "[ab]",
                        "[^a]",
                        "[a-c]",
                        "[^\\s\\d]",
                        "[\\w-.]",
                        "[é-中]",
                        "[-a]",
                        "[\\]\\[]",
                        "[^\\W]",
                        "[a-]");
            case 4 -> pick(random, "(a|b)", "(?:ab)", "()");
            default -> "(" + alternatives(random, depth - 1) + ")";
        };
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    @Test
    void namedClassesAreThoseOfJava() {
        for (String name : new String[] {"\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\h", "\\H", "\\v", "\\V", "."}) {
            Acceptance acceptance = new Acceptance(Grammar.ofRegex(name));
            Pattern pattern = Pattern.compile(name);
            for (int c = 0; c < 0x3100; c++) {
                String text = Character.toString(c);
                assertEquals(pattern.matcher(text).matches(), acceptance.accepts(text), name + " and " + c);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"^ab$", "^ab", "ab$", "(ab)", "(?<n>a)b", "a{1}b{1,1}", "a?b??|ab", "\\u0061\\x62", "\\x{61}b"})
    void anchorsAtTheEndsAreNothing(String regex) {
        Acceptance acceptance = new Acceptance(Grammar.ofRegex(regex));
        assertTrue(acceptance.accepts("ab"));
    }

    @Test
    void charactersBeyondTheFirstPlaneAreOne() {
        Acceptance acceptance = new Acceptance(Grammar.ofRegex("[\uD83D\uDE00-\uD83D\uDE02]\\uD83D\\uDE05."));
        assertTrue(acceptance.accepts("\uD83D\uDE01\uD83D\uDE05\uD83D\uDE01"));
    }

    @ParameterizedTest
    @CsvSource({
        "(?=a), look-ahead, 2",
        "(?!a), look-ahead, 2",
        "(?<=a), look-behind, 2",
        "(?<!a), look-behind, 2",
        "(?>a), atomic, 2",
        "(?i)a, flag, 2",
        "(a)\\1, back reference, 4",
        "\\bA, boundary, 1",
        "a++, possessive, 3",
        "a**, quantifier, 3",
        "[a[b]], class, 3",
        "[a&&b], class, 3",
        "a^b, anchor, 2",
        "a$b, anchor, 3",
        "(^a), anchor, 2",
        "\\Qa, supported, 1",
        "\\cA, supported, 1",
        "\\p{Nothing}, property, 1",
        "[b-a], range, 2",
        "a{3.1}, }, 4",
        "*a, repeat, 1",
        "(a, ), 3",
        "a), (, 2",
        "[a, class, 3",
        "\\uD83D, surrogate, 1",
        "\\, escape, 1",
        "a{999999999}, number, 3",
        "a{3000}{4}, one quantifier, 8",
    })
    void refusesByName(String regex, String word, int column) {
        GrammarException e = assertThrows(GrammarException.class, () -> Grammar.ofRegex(regex));
        assertTrue(e.toString().contains(word), e.getMessage());
        assertEquals("regular expression, line 1, column " + column, e.position(), e.getMessage());
    }

    @Test
    void repetitionsWithinOneAnotherTakeLittle() {
        assertTrue(new Acceptance(Grammar.ofRegex("((a{10}){10}){10}")).accepts("a".repeat(1000)));
        Grammar.ofRegex("(((((((((.{99}){99}){99}){99}){99}){99}){99}){99}){99})");
    }

    @Test
    void refusesDeepAndLargeOnes() {
        assertThrows(GrammarException.class, () -> Grammar.ofRegex("(".repeat(10_000)));
        assertThrows(
                GrammarException.class,
                () -> Grammar.ofRegex(
                        "((abcdefgh|i){90000}){90000}|(j|kl){90000}(m|no){90000}(p|qr){90000}(s|tu){90000}(v|wx){90000}(v|wx){90000}"));
    }
}
