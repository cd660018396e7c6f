// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call is given.
 *
 * @param positional in order
 * @param named by name
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    /** Arguments that are the entries of a map. */
    static Arguments named(Object map) {
        if (!(map instanceof Map<?, ?> entries)) {
            throw new JinjaException("found '" + Values.typeName(map) + "', expected a mapping");
        }
        Map<String, Object> named = new LinkedHashMap<>();
        entries.forEach((name, value) -> named.put(Values.requireText(name, "keywords"), value));
        return new Arguments(List.of(), named);
    }

    /** How many stand without a name. */
    int count() {
        return positional.size();
    }

    /** The argument at a place, which may also be given by name, or another value. */
    Object get(int index, String name, Object otherwise) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, otherwise);
    }

    /** The argument at a place, which has to be there. */
    Object get(int index, String name) {
        Object value = get(index, name, Missing.MISSING);
        if (value == Missing.MISSING) {
            throw new JinjaException("missing argument '" + name + "'");
        }
        return value;
    }

    /** Text at a place. */
    String text(int index, String name) {
        return Values.requireText(get(index, name), name);
    }

    /** The same without the first ones. */
    Arguments skip(int count) {
        return new Arguments(positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }

    private enum Missing {
        MISSING
    }
}
