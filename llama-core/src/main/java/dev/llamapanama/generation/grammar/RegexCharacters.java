// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The classes of characters that a regular expression names by an escape. */
enum RegexCharacters {
    /** As {@link Pattern} defines them. */
    JAVA(Spaces.JAVA, Spaces.JAVA),

    /**
     * What Java and ECMA-262, by which JSON Schema goes, agree on: a white space is one for both, and what isn't one is none for either.
     */
    COMMON(
            Spaces.JAVA,
            Spaces.JAVA
                    .or(CodePoints.in("\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"))
                    .or(CodePoints.range(0x2000, 0x200A)));

    static final CodePoints DIGIT = CodePoints.range('0', '9');
    static final CodePoints WORD =
            DIGIT.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of('_'));
    static final CodePoints DOT = CodePoints.in("\n\r\u0085\u2028\u2029").complement();
    private static final CodePoints HORIZONTAL =
            CodePoints.in(" \t\u00A0\u1680\u180E\u202F\u205F\u3000").or(CodePoints.range(0x2000, 0x200A));
    private static final CodePoints VERTICAL = CodePoints.in("\n\u000B\f\r\u0085\u2028\u2029");

    private final CodePoints space;
    private final CodePoints widestSpace;

    RegexCharacters(CodePoints space, CodePoints widestSpace) {
        this.space = space;
        this.widestSpace = widestSpace;
    }

    /** Holds the constant that the constructors need before the others are there. */
    private static final class Spaces {
        static final CodePoints JAVA = CodePoints.in(" \t\n\u000B\f\r");
    }

    /** Whether an escaped letter names a class. */
    boolean isName(int c) {
        return (this == JAVA ? "dDwWsShHvV" : "dDwWsS").indexOf(c) >= 0;
    }

    /**
     * The class of a letter for which {@link #isName} holds.
     *
     * @param negated whether it stands in a class that is turned round
     */
    CodePoints named(int letter, boolean negated) {
        CodePoints set = switch (Character.toLowerCase(letter)) {
            case 'd' -> DIGIT;
            case 'w' -> WORD;
            case 'h' -> HORIZONTAL;
            case 'v' -> VERTICAL;
            default -> Character.isUpperCase(letter) == negated ? space : widestSpace;
        };
        return Character.isUpperCase(letter) ? set.complement() : set;
    }

    /**
     * The characters of a property such as <code>{@literal \p{L}}</code>, with Java's meaning.
     *
     * @throws PatternSyntaxException where Java knows no such property
     */
    static CodePoints property(String escape) {
        var matches = Pattern.compile(escape).asMatchPredicate();
        return CodePoints.matching(c -> matches.test(Character.toString(c)));
    }
}
