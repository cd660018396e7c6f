// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Validates values by a JSON Schema, keyword by keyword, as the specification reads. Written for tests only. */
final class SchemaChecker {
    private final JsonNode root;

    SchemaChecker(JsonNode root) {
        this.root = root;
    }

    boolean isValid(JsonNode value) {
        return isValid(root, value);
    }

    private boolean isValid(JsonNode schema, JsonNode value) {
        if (schema.isBoolean()) {
            return schema.booleanValue();
        }
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            if (!holds(schema, keyword.getKey(), keyword.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(JsonNode schema, String keyword, JsonNode argument, JsonNode value) {
        return switch (keyword) {
            case "$ref" ->
                isValid(
                        argument.stringValue().equals("#")
                                ? root
                                : root.at(argument.stringValue().substring(1)),
                        value);
            case "type" ->
                argument.isArray()
                        ? argument.valueStream().anyMatch(type -> isOf(type.stringValue(), value))
                        : isOf(argument.stringValue(), value);
            case "enum" -> argument.valueStream().anyMatch(each -> same(each, value));
            case "const" -> same(argument, value);
            case "anyOf" -> argument.valueStream().anyMatch(each -> isValid(each, value));
            case "allOf" -> argument.valueStream().allMatch(each -> isValid(each, value));
            case "oneOf" ->
                argument.valueStream().filter(each -> isValid(each, value)).count() == 1;
            default ->
                switch (value.getNodeType()) {
                    case STRING -> holdsForText(keyword, argument, value.stringValue());
                    case NUMBER -> holdsForNumber(keyword, argument, value.decimalValue());
                    case ARRAY -> holdsForArray(schema, keyword, argument, value);
                    case OBJECT -> holdsForObject(schema, keyword, argument, value);
                    default -> true;
                };
        };
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.equals(
                (a, b) -> a.isNumber() && b.isNumber()
                        ? a.decimalValue().compareTo(b.decimalValue())
                        : a.equals(b) ? 0 : 1,
                other);
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isString();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isNumber()
                        && value.decimalValue().remainder(BigDecimal.ONE).signum() == 0;
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static boolean holdsForText(String keyword, JsonNode argument, String text) {
        return switch (keyword) {
            case "minLength" -> text.codePointCount(0, text.length()) >= argument.intValue();
            case "maxLength" -> text.codePointCount(0, text.length()) <= argument.intValue();
            case "pattern" ->
                Pattern.compile(argument.stringValue()).matcher(text).find();
            case "format" -> isOfFormat(argument.stringValue(), text);
            default -> true;
        };
    }

    static boolean isOfFormat(String format, String text) {
        try {
            return switch (format) {
                case "date" -> text.equals(LocalDate.parse(text).toString());
                case "time" -> text.length() >= 9 && OffsetTime.parse(text) != null;
                case "date-time" -> text.charAt(10) == 'T' && OffsetDateTime.parse(text) != null;
                case "uuid" -> UUID.fromString(text).toString().equalsIgnoreCase(text);
                case "ipv4" -> Pattern.matches("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}", text);
                case "ipv6" -> text.contains(":") && InetAddress.ofLiteral(text).getAddress().length > 0;
                case "uri" -> URI.create(text).isAbsolute();
                case "hostname" ->
                    text.length() <= 253
                            && new URI("x://" + text).getRawAuthority().equals(text);
                case "email" -> Pattern.matches("[^@\\s\"(),:;<>\\[\\\\\\]]{1,64}@[A-Za-z0-9.-]{1,253}", text);
                case "duration" ->
                    text.length() > 2
                            && Pattern.matches(
                                    "P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?", text);
                default -> true;
            };
        } catch (DateTimeException | IllegalArgumentException | URISyntaxException e) {
            return false;
        }
    }

    private static boolean holdsForNumber(String keyword, JsonNode argument, BigDecimal number) {
        return switch (keyword) {
            case "minimum" -> number.compareTo(argument.decimalValue()) >= 0;
            case "maximum" -> number.compareTo(argument.decimalValue()) <= 0;
            case "exclusiveMinimum" -> number.compareTo(argument.decimalValue()) > 0;
            case "exclusiveMaximum" -> number.compareTo(argument.decimalValue()) < 0;
            case "multipleOf" -> number.remainder(argument.decimalValue()).signum() == 0;
            default -> true;
        };
    }

    private boolean holdsForArray(JsonNode schema, String keyword, JsonNode argument, JsonNode array) {
        int ordered = schema.has("prefixItems") ? schema.get("prefixItems").size() : 0;
        return switch (keyword) {
            case "minItems" -> array.size() >= argument.intValue();
            case "maxItems" -> array.size() <= argument.intValue();
            case "prefixItems" -> {
                boolean valid = true;
                for (int i = 0; i < Math.min(ordered, array.size()); i++) {
                    valid &= isValid(argument.get(i), array.get(i));
                }
                yield valid;
            }
            case "items" -> array.valueStream().skip(ordered).allMatch(item -> isValid(argument, item));
            default -> true;
        };
    }

    private boolean holdsForObject(JsonNode schema, String keyword, JsonNode argument, JsonNode object) {
        return switch (keyword) {
            case "minProperties" -> object.size() >= argument.intValue();
            case "maxProperties" -> object.size() <= argument.intValue();
            case "required" -> argument.valueStream().allMatch(name -> object.has(name.stringValue()));
            case "properties" ->
                argument.properties().stream()
                        .allMatch(each ->
                                !object.has(each.getKey()) || isValid(each.getValue(), object.get(each.getKey())));
            case "patternProperties" ->
                argument.properties().stream()
                        .allMatch(each -> object.properties().stream()
                                .filter(member -> Pattern.compile(each.getKey())
                                        .matcher(member.getKey())
                                        .find())
                                .allMatch(member -> isValid(each.getValue(), member.getValue())));
            case "additionalProperties" ->
                object.properties().stream()
                        .filter(member -> !isSpokenOf(schema, member.getKey()))
                        .allMatch(member -> isValid(argument, member.getValue()));
            default -> true;
        };
    }

    private static boolean isSpokenOf(JsonNode schema, String name) {
        return schema.path("properties").has(name)
                || schema.path("patternProperties").properties().stream()
                        .anyMatch(each ->
                                Pattern.compile(each.getKey()).matcher(name).find());
    }
}
