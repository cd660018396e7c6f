// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and their values; what isn't here is looked for outside. */
final class Scope {
    private final @Nullable Scope outer;
    private final Rendering rendering;
    private final Map<String, Object> values = new HashMap<>();
    private final boolean escapes;

    Scope(Rendering rendering) {
        this.outer = null;
        this.rendering = rendering;
        this.escapes = false;
    }

    private Scope(Scope outer, boolean escapes) {
        this.outer = outer;
        this.rendering = outer.rendering;
        this.escapes = escapes;
    }

    Scope inner() {
        return new Scope(this, escapes);
    }

    /** The inner names of {@code autoescape}. */
    Scope escaping(boolean choice) {
        return new Scope(this, choice);
    }

    /** Whether what is printed is escaped for HTML. */
    boolean escapes() {
        return escapes;
    }

    /** Names of the whole template. */
    Scope root() {
        Scope root = this;
        while (root.outer != null) {
            root = root.outer;
        }
        return root;
    }

    Rendering rendering() {
        return rendering;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return Undefined.name(name);
    }
}
