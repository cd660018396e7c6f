// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON as RFC 8259 defines it, without white space but for at most one space after a comma or a colon, so that none can go on for ever.
 * Numbers are short enough for {@code long} and {@code double}: whole ones have up to 18 digits, others 15 before and after the point and
 * exponents of two digits.
 */
final class JsonRules {
    static final Expression COMMA =
            Expression.sequence(Expression.text(","), Expression.optional(Expression.text(" ")));
    static final Expression COLON =
            Expression.sequence(Expression.text(":"), Expression.optional(Expression.text(" ")));
    static final Expression INTEGER = RegexParser.whole("integer", "-?(0|[1-9][0-9]{0,17})");
    static final Expression NUMBER =
            RegexParser.whole("number", "-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?");

    private static final Expression QUOTE = Expression.text("\"");
    private static final CodePoints SHORT = CodePoints.in("\b\f\n\r\t\"\\");
    private static final CodePoints CONTROL = CodePoints.range(0, 0x1F);

    /** A character of a string: itself, or escaped; surrogates only in pairs. */
    private static final Expression CHARACTER = RegexParser.whole(
            "string",
            "[^\\x00-\\x1F\"\\\\]|\\\\[\"\\\\/bfnrt]"
                    + "|\\\\u([0-9a-cA-CefEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}"
                    + "|[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})");

    private final RuleSet rules;
    private final Reference character;
    private final Reference string;
    private final Reference value;

    JsonRules(RuleSet rules) {
        this.rules = rules;
        character = rules.add("JSON character", CHARACTER);
        string = rules.add("JSON string", Expression.sequence(QUOTE, Expression.anyNumberOf(character), QUOTE));
        value = rules.reference("JSON value", "JSON value");
        rules.define(value, anyValue());
    }

    static Automaton grammar() {
        RuleSet rules = new RuleSet();
        return AutomatonBuilder.build(rules, new JsonRules(rules).value());
    }

    private Expression anyValue() {
        return Expression.choice(
                string,
                NUMBER,
                object(),
                array(),
                Expression.text("true"),
                Expression.text("false"),
                Expression.text("null"));
    }

    /** Any value. */
    Reference value() {
        return value;
    }

    /** Any string. */
    Reference string() {
        return string;
    }

    /** Strings of a number of characters. */
    Expression string(int min, int max) {
        return Expression.sequence(QUOTE, new Expression.Repeat(character, min, max), QUOTE);
    }

    /** Strings that a network accepts. Their characters stand for themselves where JSON lets them. */
    static Expression string(Network network) {
        return Expression.sequence(QUOTE, new Machine(network, JsonRules::spelled), QUOTE);
    }

    private static Expression spelled(CodePoints set) {
        List<Expression> ways = new ArrayList<>();
        add(ways, "", set.minus(SHORT).minus(CONTROL));
        add(ways, "\\", letters(set.and(SHORT)));
        for (int high = 0; high < 2; high++) {
            add(ways, "\\u00" + high, hexDigits(set.and(CONTROL).minus(SHORT).block(high * 16, 16)));
        }
        return new Choice(ways);
    }

    private static void add(List<Expression> ways, String before, CodePoints last) {
        if (!last.isEmpty()) {
            Expression character = new Characters(last);
            ways.add(before.isEmpty() ? character : Expression.sequence(Expression.text(before), character));
        }
    }

    private static CodePoints letters(CodePoints escaped) {
        String characters = "\b\f\n\r\t\"\\";
        String names = "bfnrt\"\\";
        CodePoints letters = CodePoints.NONE;
        for (int i = 0; i < names.length(); i++) {
            if (escaped.contains(characters.charAt(i))) {
                letters = letters.or(CodePoints.of(names.charAt(i)));
            }
        }
        return letters;
    }

    private static CodePoints hexDigits(CodePoints nibbles) {
        CodePoints digits = CodePoints.NONE;
        for (int nibble = 0; nibble < 16; nibble++) {
            if (nibbles.contains(nibble)) {
                char digit = Character.forDigit(nibble, 16);
                digits = digits.or(CodePoints.of(digit)).or(CodePoints.of(Character.toUpperCase(digit)));
            }
        }
        return digits;
    }

    /** All of it in the brackets of an object. */
    static Expression inBraces(Expression members) {
        return Expression.sequence(Expression.text("{"), members, Expression.text("}"));
    }

    /** All of it in the brackets of an array. */
    static Expression inBrackets(Expression items) {
        return Expression.sequence(Expression.text("["), items, Expression.text("]"));
    }

    /** Any object. */
    Expression object() {
        Reference pair = rules.add("JSON member", Expression.sequence(string, COLON, value));
        return inBraces(list(pair, 0, Expression.UNBOUNDED));
    }

    /** Any array. */
    Expression array() {
        return inBrackets(list(value, 0, Expression.UNBOUNDED));
    }

    /** The same several times, with commas between. */
    static Expression list(Expression item, int min, int max) {
        if (max < Math.max(min, 1)) {
            return max < min ? Expression.NOTHING : Expression.EMPTY;
        }
        int rest = max == Expression.UNBOUNDED ? max : max - 1;
        Expression some = Expression.sequence(item, following(item, Math.max(min - 1, 0), rest));
        return min > 0 ? some : Expression.optional(some);
    }

    /** The same several times, each with a comma before it. */
    static Expression following(Expression item, int min, int max) {
        return max < min ? Expression.NOTHING : new Expression.Repeat(Expression.sequence(COMMA, item), min, max);
    }
}
