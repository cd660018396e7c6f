// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;

/** The name {@code loop} in a loop. */
final class LoopState implements Function {
    static final Function NOT_RECURSIVE = (rendering, arguments) -> {
        throw new JinjaException("The loop must have the 'recursive' marker to be called recursively.");
    };

    private final List<Object> items;
    private final int depth;
    private final Function again;
    private int index;
    private Object last = new Undefined("no last value");

    LoopState(List<Object> items, int depth, Function again) {
        this.items = items;
        this.depth = depth;
        this.again = again;
    }

    LoopState at(int other) {
        index = other;
        return this;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        return again.call(rendering, arguments);
    }

    Object get(String name) {
        return switch (name) {
            case "index" -> (long) index + 1;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> (long) items.size() - index - 1;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> (long) depth;
            case "depth0" -> (long) depth - 1;
            case "previtem" -> item(index - 1, "there is no previous item");
            case "nextitem" -> item(index + 1, "there is no next item");
            case "cycle" -> (Function) this::cycle;
            case "changed" -> (Function) this::changed;
            default -> new Undefined("loop has no attribute '" + name + "'");
        };
    }

    private Object item(int at, String why) {
        return at >= 0 && at < items.size() ? items.get(at) : new Undefined(why);
    }

    private Object cycle(Rendering rendering, Arguments arguments) {
        if (arguments.count() == 0) {
            throw new JinjaException("no items for cycling given");
        }
        return arguments.positional().get(index % arguments.count());
    }

    private Object changed(Rendering rendering, Arguments arguments) {
        Tuple value = new Tuple(arguments.positional());
        boolean changed = !Equality.equal(value, last);
        last = value;
        return changed;
    }
}
