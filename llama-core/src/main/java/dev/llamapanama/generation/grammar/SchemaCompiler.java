// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns a JSON Schema into rules: one for every set of schemas that some value has to satisfy together. */
final class SchemaCompiler {
    private final RuleSet rules = new RuleSet();
    private final JsonRules json = new JsonRules(rules);
    private final SchemaAlternatives alternatives;
    /** Rules that are spoken of and not defined yet: schemas may refer to each other at any length. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    private record Pending(Reference rule, Collection<SchemaSite> sites) {}

    private SchemaCompiler(SchemaDocument document) {
        alternatives = new SchemaAlternatives(document, true);
    }

    static Automaton compile(String schema) {
        SchemaDocument document = new SchemaDocument(schema);
        SchemaCompiler compiler = new SchemaCompiler(document);
        return AutomatonBuilder.build(compiler.rules, compiler.value(document));
    }

    /** @param other what a text may be besides */
    static Automaton compile(String schema, Expression other) {
        SchemaDocument document = new SchemaDocument(schema);
        SchemaCompiler compiler = new SchemaCompiler(document);
        Reference root = compiler.rule("text", Expression.choice(compiler.value(document), other));
        return AutomatonBuilder.build(compiler.rules, root);
    }

    private Reference value(SchemaDocument document) {
        Reference value = valueOf(Set.of(document.root()));
        run();
        return value;
    }

    JsonRules json() {
        return json;
    }

    /** A string as JSON writes it. */
    String json(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    Reference rule(String name, Expression body) {
        return rules.add(name + " " + rules.size(), body);
    }

    /** Values that satisfy all of some schemas. */
    Reference valueOf(Collection<SchemaSite> sites) {
        String name = sites.stream().map(Objects::toString).sorted().collect(Collectors.joining(" and "));
        if (rules.contains(name)) {
            return rules.reference(name, name);
        }
        Reference rule = rules.reference(name, name);
        pending.add(new Pending(rule, sites));
        return rule;
    }

    private void run() {
        while (!pending.isEmpty()) {
            Pending next = pending.remove();
            List<Expression> ways = new ArrayList<>();
            for (SchemaConjunction conjunction : alternatives.of(next.sites)) {
                ways.add(conjunction.sites().isEmpty() ? json.value() : one(conjunction));
            }
            rules.define(next.rule, new Choice(ways));
        }
    }

    private Expression one(SchemaConjunction conjunction) {
        if (SchemaValues.areListed(conjunction)) {
            return new Choice(SchemaValues.listed(conjunction).stream()
                    .map(JsonNode::toString)
                    .map(Expression::text)
                    .toList());
        }
        Set<SchemaType> types = conjunction.types();
        if (types.contains(SchemaType.NUMBER)) {
            types.remove(SchemaType.INTEGER);
        }
        return new Choice(types.stream().map(type -> one(type, conjunction)).toList());
    }

    private Expression one(SchemaType type, SchemaConjunction conjunction) {
        return switch (type) {
            case OBJECT -> new SchemaObjects(this, conjunction).expression();
            case ARRAY -> new SchemaArrays(this, conjunction).expression();
            case STRING -> SchemaStrings.of(conjunction, json);
            case NUMBER -> SchemaNumbers.of(conjunction, false);
            case INTEGER -> SchemaNumbers.of(conjunction, true);
            case BOOLEAN -> Expression.choice(Expression.text("true"), Expression.text("false"));
            case NULL -> Expression.text("null");
        };
    }
}
