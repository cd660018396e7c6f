// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import dev.llamapanama.generation.grammar.Expression.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular part of {@link java.util.regex.Pattern}'s language, with its meaning. All that isn't regular, or is written differently
 * elsewhere, is refused by name.
 */
final class RegexParser {
    private static final int MAX_NESTING = 200;
    private static final int MAX_REPETITIONS = 100_000;
    private static final Expression ANYTHING = Expression.anyNumberOf(new Characters(CodePoints.ALL));

    private final SourceReader source;
    private final RegexEscapes escapes;
    private final boolean search;

    private RegexParser(String place, String text, RegexCharacters characters, boolean search) {
        source = new SourceReader(place, text);
        escapes = new RegexEscapes(source, characters);
        this.search = search;
    }

    /** Texts that match as a whole. */
    static Expression whole(String place, String regex) {
        return new RegexParser(place, regex, RegexCharacters.JAVA, false).parse();
    }

    /** Texts in which a match is found, as JSON Schema has it. */
    static Expression found(String place, String regex) {
        return new RegexParser(place, regex, RegexCharacters.COMMON, true).parse();
    }

    private Expression parse() {
        Expression expression = alternatives(0);
        if (source.peek() == ')') {
            throw source.refuse("'\\)' or a '(' before it");
        }
        return expression;
    }

    private Expression alternatives(int depth) {
        if (depth > MAX_NESTING) {
            throw source.refuse("at most " + MAX_NESTING + " groups within one another");
        }
        List<Expression> options = new ArrayList<>();
        do {
            options.add(depth == 0 ? branch() : sequence(depth));
        } while (source.take("|"));
        return options.size() == 1 ? options.getFirst() : new Choice(options);
    }

    /** An alternative that isn't in a group: the only place for anchors. */
    private Expression branch() {
        boolean fromStart = source.take("^");
        Expression body = sequence(0);
        boolean toEnd = source.take("$");
        if (source.peek() != SourceReader.END && source.peek() != '|' && source.peek() != ')') {
            throw source.refuse("the end after '$': an anchor within is not supported");
        }
        return search
                ? Expression.sequence(
                        fromStart ? Expression.EMPTY : ANYTHING, body, toEnd ? Expression.EMPTY : ANYTHING)
                : body;
    }

    private Expression sequence(int depth) {
        List<Expression> parts = new ArrayList<>();
        while (true) {
            int c = source.peek();
            if (c == SourceReader.END || c == '|' || c == ')' || (c == '$' && depth == 0)) {
                return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
            }
            parts.add(quantified(atom(depth)));
        }
    }

    private Expression atom(int depth) {
        int c = source.peek();
        return switch (c) {
            case '(' -> group(depth);
            case '[' -> new Characters(characterClass());
            case '\\' -> new Characters(escapes.read(false));
            case '^', '$' ->
                throw source.refuse("'\\" + Character.toString(c) + "': an anchor within is not supported");
            case '*', '+', '?', '{' -> throw source.refuse("something before it to repeat, or a '\\' before it");
            default -> {
                source.next();
                yield new Characters(c == '.' ? RegexCharacters.DOT : literal(c));
            }
        };
    }

    private CodePoints literal(int c) {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw source.refuse(source.offset() - 1, "half of a surrogate pair", "characters");
        }
        return CodePoints.of(c);
    }

    private Expression group(int depth) {
        source.next();
        if (source.isNext("?")) {
            groupKind();
        }
        Expression inner = alternatives(depth + 1);
        source.expect(")");
        return inner;
    }

    private void groupKind() {
        int start = source.offset();
        source.next();
        if (source.take(":")) {
            return;
        }
        if (source.isNext("<") && !source.isNext("<=") && !source.isNext("<!")) {
            groupName(start);
            return;
        }
        String kind = switch (source.peek()) {
            case '=', '!' -> "look-ahead";
            case '<' -> "look-behind";
            case '>' -> "an atomic group";
            default -> "a flag";
        };
        throw source.refuse(start, kind + ", which is not supported", "(...), (?:...) or (?<name>...)");
    }

    private void groupName(int start) {
        source.next();
        while (Character.isLetterOrDigit(source.peek())) {
            source.next();
        }
        if (!source.take(">")) {
            throw source.refuse(start, "a group without a name", "(?<name>...)");
        }
    }

    private Expression quantified(Expression atom) {
        Expression result = atom;
        int c = source.peek();
        if (c == '*' || c == '+' || c == '?' || c == '{') {
            result = quantifier(atom);
            source.take("?"); // a lazy one matches the same texts
            if (source.isNext("+")) {
                throw source.refuse("no possessive quantifier: it is not supported");
            }
            if (source.isNext("*") || source.isNext("?") || source.isNext("{")) {
                throw source.refuse("one quantifier, or a group round the first");
            }
        }
        return result;
    }

    private Expression quantifier(Expression body) {
        return switch (source.next()) {
            case '*' -> Expression.anyNumberOf(body);
            case '+' -> new Repeat(body, 1, Expression.UNBOUNDED);
            case '?' -> Expression.optional(body);
            default -> counted(body);
        };
    }

    private Expression counted(Expression body) {
        int start = source.offset();
        int min = source.number(MAX_REPETITIONS);
        int max = min;
        if (source.take(",")) {
            max = source.isDigitNext() ? source.number(MAX_REPETITIONS) : Expression.UNBOUNDED;
        }
        source.expect("}");
        if (max < min) {
            throw source.refuse(start, "at most " + max + " after at least " + min, "the lower number first");
        }
        return new Repeat(body, min, max);
    }

    private CodePoints characterClass() {
        source.next();
        boolean negated = source.take("^");
        CodePoints set = CodePoints.NONE;
        boolean first = true;
        while (first || !source.isNext("]")) {
            set = set.or(classItem(negated));
            first = false;
        }
        source.next();
        return negated ? set.complement() : set;
    }

    private CodePoints classItem(boolean negated) {
        int start = source.offset();
        CodePoints low = classCharacter(negated);
        int first = low.single();
        if (first < 0 || !source.isNext("-") || source.isNext("-]")) {
            return low;
        }
        source.next();
        int last = classCharacter(negated).single();
        if (last < first) {
            throw source.refuse(start, "the range '" + source.since(start) + "'", "two characters, the lower first");
        }
        return CodePoints.range(first, last);
    }

    private CodePoints classCharacter(boolean negated) {
        int c = source.peek();
        if (c == '\\') {
            return escapes.read(negated);
        }
        if (c == SourceReader.END || c == ']' || c == '[' || source.isNext("&&")) {
            throw source.refuse("a character of the class, or a '\\' before it");
        }
        source.next();
        return literal(c);
    }
}
