// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON Schema as it is written, and where its references lead. */
final class SchemaDocument {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonNode root;

    SchemaDocument(String json) {
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new GrammarException("schema" + place(e), e.getOriginalMessage(), "JSON without duplicate names");
        }
    }

    private static String place(JacksonException e) {
        var location = e.getLocation();
        return location == null ? "" : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    SchemaSite root() {
        return new SchemaSite("#", root);
    }

    /** The schema that {@code $ref} names; null where there is none. */
    @Nullable
    SchemaSite referenced(SchemaSite site) {
        String reference = site.text("$ref");
        if (reference == null) {
            return null;
        }
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw site.refuse("$ref", "'" + reference + "'", "a place in this document: '#' or '#/...'");
        }
        JsonNode target = target(site, reference);
        if (target.isMissingNode()) {
            throw site.refuse("$ref", "'" + reference + "', where nothing is", "the place of a schema");
        }
        return new SchemaSite("#" + pointer(site, reference), target);
    }

    private JsonNode target(SchemaSite site, String reference) {
        return root.at(pointer(site, reference));
    }

    private static JsonPointer pointer(SchemaSite site, String reference) {
        try {
            String plain = reference.substring(1).replace("+", "%2B"); // the decoder is one for forms
            return JsonPointer.compile(URLDecoder.decode(plain, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw site.refuse("$ref", "'" + reference + "'", "a JSON pointer");
        }
    }
}
