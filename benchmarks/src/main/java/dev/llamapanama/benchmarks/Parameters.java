// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/**
 * Parameters of a JMH benchmark, by name.
 *
 * @param values sorted by name
 */
record Parameters(Map<String, String> values) {
    Parameters {
        values = Map.copyOf(values);
    }

    static Parameters of() {
        return new Parameters(Map.of());
    }

    /** The same and one more. */
    Parameters with(String name, Object value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(name, value.toString());
        return new Parameters(more);
    }

    /**
     * @throws IllegalArgumentException if it is missing
     */
    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("parameter " + name + ": found none among " + values.keySet());
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }
}
