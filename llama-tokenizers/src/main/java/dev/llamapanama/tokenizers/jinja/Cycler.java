// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;

/** Gives values in turn, again and again. */
final class Cycler {
    private final List<Object> values;
    private int at;

    Cycler(List<Object> values) {
        if (values.isEmpty()) {
            throw new JinjaException("at least one item has to be provided");
        }
        this.values = values;
    }

    Object get(String name) {
        return switch (name) {
            case "current" -> values.get(at);
            case "next" -> (Function) (rendering, arguments) -> next();
            case "reset" -> (Function) (rendering, arguments) -> reset();
            default -> new Undefined("cycler has no attribute '" + name + "'");
        };
    }

    private Object next() {
        Object value = values.get(at);
        at = (at + 1) % values.size();
        return value;
    }

    private Object reset() {
        at = 0;
        return None.NONE;
    }
}
