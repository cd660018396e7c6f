// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Schemas of any kind that some value satisfies, mostly. */
final class RandomSchema {
    private static final List<String> NAMES = List.of("a", "name", "kind", "aé", "q\"\\\n", "na", "x y", "");
    private static final List<String> PATTERNS =
            List.of("^[a-c]+$", "a.c", "^\\d{2,3}", "[^x]$", "^(foo|bar)?$", "\\s\\S", "^\"?\\\\[\\w-.]*$", "é|^中");
    private static final List<String> FORMATS = List.of(
            "date",
            "time",
            "date-time",
            "duration",
            "uuid",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "uri",
            "unknown-to-all");

    private final Random random;
    private final JsonMapper mapper = JsonMapper.shared();

    RandomSchema(Random random) {
        this.random = random;
    }

    /** A schema with definitions that refer to each other. */
    JsonNode document() {
        ObjectNode root = mapper.createObjectNode();
        ObjectNode definitions = root.putObject("$defs");
        definitions.set("leaf", schema(0));
        definitions.set("inner", object(1));
        ObjectNode list = definitions.putObject("list").put("type", "object");
        list.putObject("properties").putObject("next").put("$ref", "#/$defs/list");
        list.put("additionalProperties", false);
        JsonNode body = schema(3);
        if (body.isObject()) {
            root.setAll((ObjectNode) body);
        } else {
            root.putArray("allOf").add(body.booleanValue());
        }
        return root;
    }

    private JsonNode schema(int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 9)) {
            case 0 -> mapper.createObjectNode();
            case 1 -> mapper.createObjectNode().put("type", random.nextBoolean() ? "boolean" : "null");
            case 2, 3 -> string();
            case 4 -> integer();
            case 5 -> number();
            case 6 -> values();
            case 7 -> mapper.createObjectNode().set("const", value(1));
            case 8 -> types();
            case 9, 10, 11 -> object(depth - 1);
            case 12, 13 -> array(depth - 1);
            case 14 -> alternatives(depth - 1);
            default -> reference();
        };
    }

    private ObjectNode string() {
        ObjectNode schema = mapper.createObjectNode().put("type", "string");
        switch (random.nextInt(5)) {
            case 0 -> schema.put("minLength", random.nextInt(4)).put("maxLength", 4 + random.nextInt(20));
            case 1 -> schema.put("pattern", pick(PATTERNS));
            case 2 -> schema.put("pattern", pick(PATTERNS)).put("minLength", 2).put("maxLength", 9);
            case 3 -> schema.put("format", pick(FORMATS));
            default -> schema.put("description", "any");
        }
        return schema;
    }

    private ObjectNode integer() {
        ObjectNode schema = mapper.createObjectNode().put("type", "integer");
        int low = random.nextInt(2000) - 1000;
        bounds(schema, random.nextInt(5), low, low + 20 + random.nextInt(2000));
        if (random.nextInt(3) == 0) {
            schema.put("multipleOf", 1 + random.nextInt(12));
        }
        return schema;
    }

    private ObjectNode number() {
        ObjectNode schema = mapper.createObjectNode().put("type", "number");
        double low = (random.nextInt(2000) - 1000) / 100.0;
        bounds(schema, random.nextInt(5), low, low + random.nextInt(500) / 1000.0 + 0.001);
        if (random.nextInt(4) == 0) {
            schema.put("multipleOf", 0.001);
        }
        return schema;
    }

    private static void bounds(ObjectNode schema, int kind, double low, double high) {
        switch (kind) {
            case 0 -> schema.put("minimum", low).put("maximum", high);
            case 1 -> schema.put("exclusiveMinimum", low).put("maximum", high);
            case 2 -> schema.put("minimum", low);
            case 3 -> schema.put("exclusiveMaximum", high);
            default -> schema.put("title", "any");
        }
    }

    private ObjectNode values() {
        ObjectNode schema = mapper.createObjectNode();
        ArrayNode values = schema.putArray("enum");
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            values.add(value(1));
        }
        return schema;
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> mapper.getNodeFactory().stringNode(pick(NAMES));
            case 1 -> mapper.getNodeFactory().numberNode(random.nextInt(100) - 50);
            case 2 -> mapper.getNodeFactory().numberNode(random.nextInt(100) / 8.0);
            case 3 -> mapper.getNodeFactory().booleanNode(random.nextBoolean());
            case 4 -> mapper.getNodeFactory().nullNode();
            case 5 -> mapper.createArrayNode().add(value(0)).add(value(0));
            default -> mapper.createObjectNode().set(pick(NAMES), value(0));
        };
    }

    private ObjectNode types() {
        ObjectNode schema =
                mapper.createObjectNode().put("minimum", 3).put("maxLength", 2).put("maxItems", 2);
        schema.putArray("type").add("string").add("integer").add("null").add("array");
        return schema;
    }

    private ObjectNode object(int depth) {
        ObjectNode schema = mapper.createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                properties.set(name, schema(depth));
            }
            if (random.nextInt(6) == 0) {
                required.add(name);
            }
        }
        switch (random.nextInt(6)) {
            case 0 -> schema.set("additionalProperties", schema(0));
            case 1 -> schema.put("minProperties", 1).put("maxProperties", 9);
            case 2 -> {
                schema.putObject("patternProperties").set("^n", integer());
                schema.withObject("patternProperties").set("e$", schema(0));
            }
            default -> schema.put("additionalProperties", false);
        }
        return schema;
    }

    private ObjectNode array(int depth) {
        ObjectNode schema = mapper.createObjectNode().put("type", "array");
        if (random.nextBoolean()) {
            schema.putArray("prefixItems").add(schema(depth)).add(schema(0));
        }
        if (random.nextInt(4) > 0) {
            schema.set("items", schema(depth));
        }
        int min = random.nextInt(3);
        return schema.put("minItems", min).put("maxItems", min + random.nextInt(4));
    }

    private ObjectNode alternatives(int depth) {
        ObjectNode schema = mapper.createObjectNode();
        switch (random.nextInt(3)) {
            case 0 ->
                schema.putArray("anyOf").add(schema(depth)).add(schema(depth)).add(string());
            case 1 -> schema.putArray("oneOf").add(string()).add(integer()).add(object(depth));
            default -> schema.putArray("allOf").add(object(depth)).add(object(0));
        }
        return schema;
    }

    private ObjectNode reference() {
        return mapper.createObjectNode().put("$ref", "#/$defs/" + pick(List.of("leaf", "inner", "list")));
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
