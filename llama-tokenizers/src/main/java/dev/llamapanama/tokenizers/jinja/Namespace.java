// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The only value whose parts a template can set, which is how loops hand results out. */
final class Namespace {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Object get(String name) {
        Object value = values.get(name);
        return value == null ? new Undefined("namespace has no attribute '" + name + "'") : value;
    }

    /** Python's {@code repr}. */
    String literal() {
        return "<Namespace " + Representation.literal(values) + ">";
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
