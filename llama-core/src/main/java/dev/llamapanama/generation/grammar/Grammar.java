// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a text has to be, whatever the weights say. Immutable and safe for use by many threads; equal if the kind and the source are. Use
 * the same one, or an equal one, for many generations: what is found out on the way is kept by the {@link GrammarVocabulary}.
 *
 * <p>A text is read byte by byte, so that a token may end within a character. Rules may refer to themselves; at most 400 may be open at
 * once, so that nothing is nested deeper than JSON libraries read. Where a text may go on and on, the caller has to end it: see
 * {@link GrammarMatcher#isComplete()}.
 */
public final class Grammar {
    private static final String REGEX_PLACE = "regular expression";

    private final Kind kind;
    private final String source;
    private final Automaton automaton;

    private enum Kind {
        GBNF,
        REGEX,
        JSON_SCHEMA,
        JSON_SCHEMA_OR_REGEX,
        JSON
    }

    private Grammar(Kind kind, String source, Automaton automaton) {
        this.kind = kind;
        this.source = source;
        this.automaton = automaton;
    }

    /**
     * A grammar in GBNF, as llama.cpp defines it: rules {@code name ::= ...}, of which {@code root} is the whole text; {@code |}, groups,
     * {@code * + ?}, {@code {m}}, {@code {m,}}, {@code {m,n}}, texts and classes of characters with the escapes {@code \n \r \t \\ \" \[ \]
     * \xHH}, {@code \}{@code uHHHH} and {@code \UHHHHHHHH}, {@code .} for any character, and comments after {@code #}. Single tokens such as
     * {@code <[1000]>} are not supported.
     *
     * @throws GrammarException where the text is no such grammar, a rule is undefined, begins with itself or is defined twice, or no text
     *     can ever be complete
     */
    public static Grammar ofGbnf(String gbnf) {
        return new Grammar(Kind.GBNF, gbnf, GbnfParser.parse(gbnf));
    }

    /**
     * Texts that match a regular expression as a whole, with the meaning of {@link java.util.regex.Pattern}: characters, {@code .}, classes
     * with ranges and negation, {@code \d \w \s \h \v} and their negations, <code>{@literal \p{...}}</code>, groups, {@code |}, greedy and lazy
     * quantifiers, and escapes of characters; {@code ^} and {@code $} at the ends of alternatives outside of groups. Look-around, back
     * references, possessive quantifiers, flags, boundaries, {@code \Q}, and classes within classes are refused by name.
     *
     * @throws GrammarException where it is not such an expression, or nothing can match
     */
    public static Grammar ofRegex(String regex) {
        RuleSet rules = new RuleSet();
        Expression.Reference root = rules.add(REGEX_PLACE, RegexParser.whole(REGEX_PLACE, regex));
        return new Grammar(Kind.REGEX, regex, AutomatonBuilder.build(rules, root));
    }

    /**
     * JSON that is valid by a JSON Schema (draft 2020-12). What is generated is valid; not all that is valid is generated: properties come
     * in the order of the schema, those that it doesn't name after them; there is no white space but for at most one space after a comma or
     * a colon; numbers without bounds have at most 18 digits, decimal ones 15 before and after the point; values of {@code enum} and
     * {@code const} are written in one way. Properties that are not named are allowed unless {@code additionalProperties} is false, as the
     * specification has it, and one such name may come twice.
     *
     * <p>Honoured are {@code type, enum, const, anyOf, oneOf} (where its alternatives provably exclude each other), {@code allOf, $ref} to a
     * place in the document, {@code minLength, maxLength, pattern, format} (date, time, date-time, duration, uuid, email, hostname, ipv4,
     * ipv6, uri; others only annotate), {@code minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf} (whole numbers up to 1000,
     * or a power of a tenth), {@code properties, required, additionalProperties, patternProperties} (up to 4), {@code minProperties,
     * maxProperties, prefixItems, items, minItems, maxItems}. Patterns are read as by {@link #ofRegex}, and found anywhere in the string.
     * Annotations and keywords that begin with {@code x-} are passed over. Every other keyword is refused.
     *
     * @throws GrammarException with the JSON pointer of what can't be honoured
     */
    public static Grammar ofJsonSchema(String schema) {
        return new Grammar(Kind.JSON_SCHEMA, schema, SchemaCompiler.compile(schema));
    }

    /**
     * JSON that is valid by a schema, or text that matches a regular expression as a whole: the call of a tool or something that is said,
     * for example.
     *
     * @throws GrammarException as {@link #ofJsonSchema} and {@link #ofRegex} do
     */
    public static Grammar ofJsonSchemaOrRegex(String schema, String regex) {
        Expression text = RegexParser.whole(REGEX_PLACE, regex);
        return new Grammar(Kind.JSON_SCHEMA_OR_REGEX, schema + '\n' + regex, SchemaCompiler.compile(schema, text));
    }

    /** Any JSON value, with white space and numbers as {@link #ofJsonSchema} has them. */
    public static Grammar json() {
        return new Grammar(Kind.JSON, "", JsonRules.grammar());
    }

    Automaton automaton() {
        return automaton;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Grammar grammar && kind == grammar.kind && source.equals(grammar.source);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, source);
    }

    @Override
    public String toString() {
        return kind + ": " + source;
    }
}
