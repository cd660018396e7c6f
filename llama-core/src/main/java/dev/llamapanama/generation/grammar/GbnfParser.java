// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Reference;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import dev.llamapanama.generation.grammar.Expression.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads GBNF as llama.cpp defines it, but for single tokens ({@code <[1000]>}, {@code <think>}). What llama.cpp takes silently is refused here: a
 * rule that is defined twice, a range that runs backwards, an empty class.
 */
final class GbnfParser {
    private static final int MAX_NESTING = 200;
    private static final int MAX_REPETITIONS = 100_000;

    private final SourceReader source;
    private final RuleSet rules = new RuleSet();
    private final BitSet defined = new BitSet();

    private GbnfParser(String text) {
        source = new SourceReader("grammar", text);
    }

    static Automaton parse(String text) {
        GbnfParser parser = new GbnfParser(text);
        Reference root = parser.grammar();
        return AutomatonBuilder.build(parser.rules, root);
    }

    private Reference grammar() {
        skipSpace(true);
        while (source.peek() != SourceReader.END) {
            rule();
            skipSpace(true);
        }
        if (!rules.contains("root")) {
            throw source.refuse("a rule 'root'");
        }
        int undefined = defined.nextClearBit(0);
        if (undefined < rules.size()) {
            throw new GrammarException(
                    rules.position(undefined),
                    "'" + rules.name(undefined) + "', which no rule defines",
                    "the name of a rule");
        }
        return rules.reference("root", source.position());
    }

    private void rule() {
        int start = source.offset();
        Reference rule = reference("the name of a rule");
        if (defined.get(rule.rule())) {
            throw source.refuse(start, "'" + rules.name(rule.rule()) + "' again", "every rule once");
        }
        defined.set(rule.rule());
        skipSpace(false);
        source.expect("::=");
        skipSpace(true);
        rules.define(rule, alternatives(0));
        if (source.peek() != SourceReader.END && source.peek() != '\r' && source.peek() != '\n') {
            throw source.refuse("a symbol, '|' or the end of the line");
        }
    }

    private Reference reference(String expected) {
        String position = source.position();
        int start = source.offset();
        while (isWord(source.peek())) {
            source.next();
        }
        if (source.offset() == start) {
            throw source.refuse(expected);
        }
        return rules.reference(source.since(start), position);
    }

    private static boolean isWord(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }

    private void skipSpace(boolean lines) {
        while (true) {
            int c = source.peek();
            if (c == '#') {
                skipComment();
            } else if (c == ' ' || c == '\t' || (lines && (c == '\r' || c == '\n'))) {
                source.next();
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        while (source.peek() != SourceReader.END && source.peek() != '\r' && source.peek() != '\n') {
            source.next();
        }
    }

    private Expression alternatives(int depth) {
        if (depth > MAX_NESTING) {
            throw source.refuse("at most " + MAX_NESTING + " groups within one another");
        }
        List<Expression> options = new ArrayList<>(List.of(sequence(depth)));
        while (source.take("|")) {
            skipSpace(true);
            options.add(sequence(depth));
        }
        return options.size() == 1 ? options.getFirst() : new Choice(options);
    }

    private Expression sequence(int depth) {
        List<Expression> parts = new ArrayList<>();
        boolean lines = depth > 0;
        while (true) {
            int c = source.peek();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                if (parts.isEmpty()) {
                    throw source.refuse("something before it to repeat");
                }
                parts.add(repeat(parts.removeLast(), lines));
            } else if (c == '"' || c == '[' || c == '(' || c == '.' || isWord(c)) {
                parts.add(symbol(depth));
            } else if (c == '<' || c == '!') {
                throw source.refuse("no single tokens: they aren't supported");
            } else {
                return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
            }
            skipSpace(lines);
        }
    }

    private Expression symbol(int depth) {
        return switch (source.peek()) {
            case '"' -> literal();
            case '[' -> characterClass();
            case '(' -> group(depth);
            case '.' -> {
                source.next();
                yield new Characters(CodePoints.ALL);
            }
            default -> reference("the name of a rule");
        };
    }

    private Expression group(int depth) {
        source.next();
        skipSpace(true);
        Expression inner = alternatives(depth + 1);
        source.expect(")");
        return inner;
    }

    private Expression literal() {
        source.next();
        List<Expression> characters = new ArrayList<>();
        while (!source.take("\"")) {
            characters.add(new Characters(CodePoints.of(character())));
        }
        return new Sequence(characters);
    }

    private Expression characterClass() {
        source.next();
        boolean negated = source.take("^");
        CodePoints set = CodePoints.NONE;
        while (set.isEmpty() || !source.isNext("]")) {
            set = set.or(range());
        }
        source.next();
        return new Characters(negated ? set.complement() : set);
    }

    private CodePoints range() {
        int start = source.offset();
        if (source.isNext("]")) {
            throw source.refuse("a character of the class");
        }
        int first = character();
        if (!source.isNext("-") || source.isNext("-]")) {
            return CodePoints.of(first);
        }
        source.next();
        int last = character();
        if (last < first) {
            throw source.refuse(start, "a range that runs backwards", "the lower character first");
        }
        return CodePoints.range(first, last);
    }

    private int character() {
        int start = source.offset();
        int c = source.next();
        if (c == SourceReader.END) {
            throw source.refuse("a character");
        }
        int value = c == '\\' ? escape(start) : c;
        if (value > Character.MAX_CODE_POINT
                || (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE)) {
            throw source.refuse(start, "'" + source.since(start) + "'", "a character of Unicode");
        }
        return value;
    }

    private int escape(int start) {
        int c = source.next();
        return switch (c) {
            case 'x' -> source.hex(2);
            case 'u' -> source.hex(4);
            case 'U' -> source.hex(8);
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'n' -> '\n';
            case '\\', '"', '[', ']' -> c;
            default ->
                throw source.refuse(
                        start,
                        "'" + source.since(start) + "'",
                        "\\\\, \\\", \\[, \\], \\n, \\r, \\t, \\xHH, \\uHHHH or \\UHHHHHHHH");
        };
    }

    private Expression repeat(Expression body, boolean lines) {
        return switch (source.next()) {
            case '*' -> Expression.anyNumberOf(body);
            case '+' -> new Repeat(body, 1, Expression.UNBOUNDED);
            case '?' -> Expression.optional(body);
            default -> counted(body, lines);
        };
    }

    private Expression counted(Expression body, boolean lines) {
        skipSpace(lines);
        int start = source.offset();
        int min = source.number(MAX_REPETITIONS);
        int max = min;
        skipSpace(lines);
        if (source.take(",")) {
            skipSpace(lines);
            max = source.isDigitNext() ? source.number(MAX_REPETITIONS) : Expression.UNBOUNDED;
            skipSpace(lines);
        }
        source.expect("}");
        if (max < min) {
            throw source.refuse(start, "at most " + max + " after at least " + min, "the lower number first");
        }
        return new Repeat(body, min, max);
    }
}
