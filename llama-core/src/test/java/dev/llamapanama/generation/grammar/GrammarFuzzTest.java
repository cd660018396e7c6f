// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Damaged sources are read or refused, and nothing else. */
class GrammarFuzzTest {
    private static final String GBNF =
            "root ::= (expr \"=\" [^a-z\\n] \"\\u00e9\")+ # c\nexpr ::= term{2,3} | (\"(\" expr \")\")* .?\nterm ::= [0-9]+";
    private static final String REGEX = "^(a|[^b-d\\\\s]{2,5})*?(?:\\\\d+\\\\.)?\\\\u00e9\\\\p{Lu}[\\\\w-]{3}$";
    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":-3,\"maximum\":1e2},\"b\":{\"anyOf\":[{\"$ref\":\"#\"},"
                    + "{\"pattern\":\"^a*$\",\"maxLength\":3}]},\"c\":{\"items\":{\"enum\":[1,null]},\"maxItems\":3}},\"required\":[\"a\"],"
                    + "\"oneOf\":[{\"minProperties\":1,\"type\":\"object\"},{\"type\":\"null\"}],\"additionalProperties\":{\"multipleOf\":0.5}}";

    private static void fuzz(String source, int runs, Function<String, Grammar> read) {
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < runs; i++) {
            StringBuilder damaged = new StringBuilder(source);
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = random.nextInt(damaged.length());
                int other = random.nextInt(source.length());
                switch (random.nextInt(4)) {
                    case 0 -> damaged.setCharAt(at, source.charAt(other));
                    case 1 -> damaged.deleteCharAt(at);
                    case 2 -> damaged.insert(at, source, other, Math.min(source.length(), other + 5));
                    default -> damaged.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
                }
            }
            try {
                assertNotNull(read.apply(damaged.toString()));
            } catch (GrammarException e) {
                refused++;
            }
        }
        assertTrue(refused > runs / 10, "only " + refused + " refused");
    }

    @Test
    void damagedGrammars() {
        fuzz(GBNF, 2000, Grammar::ofGbnf);
    }

    @Test
    void damagedExpressions() {
        fuzz(REGEX.replace("\\\\", "\\").replace("\\p{Lu}", ""), 2000, Grammar::ofRegex);
    }

    @Test
    void damagedSchemas() {
        fuzz(SCHEMA, 1000, Grammar::ofJsonSchema);
    }

    @Test
    void nestingAndLengthAreBounded() {
        int many = 100_000;
        assertThrows(GrammarException.class, () -> Grammar.ofGbnf("root ::= " + "(".repeat(many)));
        assertThrows(GrammarException.class, () -> Grammar.ofJsonSchema("[".repeat(many)));
        assertThrows(
                GrammarException.class,
                () -> Grammar.ofJsonSchema("{\"items\":".repeat(400) + "{\"x\":1}" + "}".repeat(400)));
        StringBuilder chain = new StringBuilder("{\"$ref\":\"#/$defs/0\",\"$defs\":{");
        StringBuilder rules = new StringBuilder("root ::= r0\n");
        for (int i = 0; i < 5000; i++) {
            chain.append("\"" + i + "\":{\"$ref\":\"#/$defs/" + (i + 1) + "\"},");
            rules.append("r" + i + " ::= r" + (i + 1) + " \"x\"?\n");
        }
        assertThrows(GrammarException.class, () -> Grammar.ofJsonSchema(chain + "\"5000\":{}}}"));
        assertThrows(GrammarException.class, () -> Grammar.ofGbnf(rules + "r5000 ::= \"y\""));
        Grammar.ofGbnf("root ::= " + "\"a\" | ".repeat(many) + "\"b\"");
        Grammar.ofRegex("a|".repeat(many));
    }
}
