// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GbnfGrammarTest {
    private static final String ARITHMETIC = """
            # an equation for each line
            root ::= (expr "=" ws term "\\n")+
            expr ::= term ([-+*/] term)* # left to right
            term ::= ident | num |
              "(" ws expr ")" ws
            ident ::= [a-z] [a-z0-9_]* ws
            num ::= [0-9]+ ws
            ws ::= [ \\t\\n]*
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "root ::= \"ab\" | \"c\"; ab~c; a~abc~",
                "root ::= a b\\n\\na ::= \"x\"?\\nb ::= \"y\"; xy~y; x~yx",
                "root ::= (\"a\" | \"b\"){2,3}; ab~bba; a~abab",
                "root ::= \"ab\"{2}; abab; ab~ababab",
                "root ::= \"a\"{2,}; aa~aaaaaa; a",
                "root ::= \"a\"{0,2}; a~aa; aaa",
                "root ::= \"a\" {1 , 2} \"b\"; ab~aab; aaab",
                "root ::= [a-cx] [^a-c] .; ad\u4e2d~x!\\n; bb!~ad",
                "root ::= [\\x41-\\x43\\u00e9\\U0001F600\\]\\[\\\\\\n]+; AB\u00e9\uD83D\uDE00][\\; D",
                "root ::= [a-]+; a-a; b",
                "root ::= \"\\\"\\t\\\\\\x41\"; \"\t\\A; A",
                "root ::= \"a\" root | \"b\"; b~aaab; a~ba",
                "root ::= \"(\" root \")\" root | \"\"; ()~(())()~(()(())); (~)(",
                "root ::= rule-1 Rule2\\nrule-1 ::= \"a\"\\n\\n# comment\\nRule2 ::= \"b\" # more\\n; ab; a",
                "root ::= (\\n  \"a\"\\n  # between\\n  \"b\"\\n)*; abab; aba",
                "root ::= \"a\" |\\n  \"b\"; a~b; ab",
                "root ::= \"\" \"a\"; a; aa",
            })
    void standsForItsTexts(String grammar, String texts, String others) {
        Acceptance acceptance = new Acceptance(Grammar.ofGbnf(grammar.replaceAll("\\\\n(?![\\]\"])", "\n")));
        for (String text : texts.split("~")) {
            assertTrue(acceptance.accepts(text.replace("\\n", "\n")), () -> grammar + " takes " + text);
        }
        for (String text : others.split("~")) {
            assertFalse(acceptance.accepts(text), () -> grammar + " doesn't take " + text);
        }
    }

    @Test
    void readsAGrammarOfManyRules() {
        Acceptance acceptance = new Acceptance(Grammar.ofGbnf(ARITHMETIC));
        assertTrue(acceptance.accepts("x1 +(2*y) = 3\na=b\n"));
        assertFalse(acceptance.accepts("x1 +(2*y = 3\n"));
        assertFalse(acceptance.accepts("x=y"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "roots ::= \"a\"; line 1, column 14; the end",
                "root ::= a; line 1, column 10; 'a'",
                "root ::= \"a\"\\nroot ::= \"b\"; line 2, column 1; again",
                "root ::= root \"a\" | \"b\"; line 1, column 1; left recursion of rule 'root'",
                "root ::= \"x\"? a\\na ::= root \"b\"; line 1, column 1; left recursion",
                "root ::= \"c\" a\\na ::= [d]* (\"\" | a \"b\"); line 1, column 14; left recursion of rule 'a'",
                "root ::= \"a; line 1, column 12; the end",
                "root ::= [a; line 1, column 12; the end",
                "root ::= []; line 1, column 11; ]",
                "root ::= [b-a]; line 1, column 11; backwards",
                "root ::= (\"a\"; line 1, column 14; the end",
                "root ::= \"a\"); line 1, column 13; ')'",
                "root ::= *; line 1, column 10; '*'",
                "root ::= \"a\"{2,1}; line 1, column 14; at most 1",
                "root ::= \"a\"{x}; line 1, column 14; 'x'",
                "root ::= \"\\q\"; line 1, column 11; '\\q'",
                "root ::= \"\\x4\"; line 1, column 13; '4'",
                "root ::= \"\\uD83D\"; line 1, column 11; uD83D",
                "root ::= \"\\UFFFFFFFF\"; line 1, column 13; 'F'",
                "root = \"a\"; line 1, column 6; '='",
                "root ::= <think>; line 1, column 10; '<'",
                "root ::= !<[10]>; line 1, column 10; '!'",
                "root ::= \"a\" root; line 1, column 1; no text",
                "_ ::= \"a\"; line 1, column 1; '_'",
                "root ::= \"a\" _; line 1, column 14; '_'",
                "''; line 1, column 1; the end",
            })
    void refusesByPlace(String grammar, String place, String found) {
        String text = grammar.replace("\\n", "\n");
        GrammarException e = assertThrows(GrammarException.class, () -> Grammar.ofGbnf(text));
        assertEquals("grammar, " + place, e.position(), e.getMessage());
        assertTrue(e.found().contains(found), e.getMessage());
    }

    @Test
    void ambiguousGrammarsStaySmall() {
        // Each text has more readings than there are atoms, and each pair of readings other open calls.
        Grammar grammar = Grammar.ofGbnf("""
                root ::= "x" (a | b | root root "e")?
                a ::= root "1" | root "2" "1"
                b ::= root "2" | root "1" "2"
                """);
        Acceptance acceptance = new Acceptance(grammar);
        assertTrue(acceptance.accepts("x".repeat(100) + "12".repeat(49) + "1"));
        assertFalse(acceptance.accepts("x".repeat(100) + "1".repeat(101)));
        assertFalse(acceptance.accepts("x".repeat(Automaton.MAX_DEPTH + 5))); // cut where it gets too deep
    }

    @Test
    void depthIsLimitedAndNeverADeadEnd() {
        Grammar grammar = Grammar.ofGbnf("root ::= \"(\" root \")\" | \"[\" other \"]\" | \"x\"\nother ::= root root");
        Configurations configurations = new Configurations(grammar.automaton());
        Configuration at = configurations.start();
        int depth = 0;
        while (configurations.next(at, (byte) '(') != configurations.dead()) {
            at = configurations.next(at, (byte) '(');
            depth++;
        }
        assertEquals(Automaton.MAX_DEPTH, depth);
        assertEquals(configurations.dead(), configurations.next(at, (byte) '['));
        assertTrue(new Acceptance(grammar).accepts("(".repeat(depth) + "x" + ")".repeat(depth)));
        GrammarVocabulary vocabulary = TestVocabulary.ofTexts("(", "((((", "[", "[[", "x", ")", "]", "]]", "");
        for (int seed = 0; seed < 3; seed++) {
            new Walk(grammar, vocabulary, new Random(seed), false).run();
        }
    }

    @Test
    void listsTakeNoDepth() {
        Grammar grammar = Grammar.ofGbnf("root ::= item root | item\nitem ::= [a-z] \",\"");
        assertTrue(new Acceptance(grammar).accepts("a,".repeat(5000)));
    }

    @Test
    void manyRepetitionsTakeLittle() {
        Grammar grammar = Grammar.ofGbnf("root ::= word{0,50000}\nword ::= [^ ]+ \" \"");
        assertTrue(new Acceptance(grammar).accepts("é a ".repeat(100)));
    }
}
