// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The name {@code loop} in a loop, which asks for items ahead only where a template wants to know of them. */
final class LoopState implements Function {
    static final Function NOT_RECURSIVE = (rendering, arguments) -> {
        throw new JinjaException("The loop must have the 'recursive' marker to be called recursively.");
    };

    private final Iterator<Object> items;
    private final Deque<Object> ahead = new ArrayDeque<>();
    private final int depth;
    private final Function again;
    private int index = -1;
    private Object previous = new Undefined("there is no previous item");
    private Object current = previous;
    private Object last = new Undefined("no last value");

    LoopState(Iterator<Object> items, int depth, Function again) {
        this.items = items;
        this.depth = depth;
        this.again = again;
    }

    /** Goes to the next item; false where there is none. */
    boolean advance() {
        if (!isAhead(1)) {
            return false;
        }
        previous = current;
        current = ahead.removeFirst();
        index++;
        return true;
    }

    Object item() {
        return current;
    }

    private boolean isAhead(int count) {
        while (ahead.size() < count && items.hasNext()) {
            ahead.add(items.next());
        }
        return ahead.size() >= count;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        return again.call(rendering, arguments);
    }

    Object get(String name) {
        return switch (name) {
            case "index" -> (long) index + 1;
            case "index0" -> (long) index;
            case "revindex" -> length() - index;
            case "revindex0" -> length() - index - 1;
            case "first" -> index == 0;
            case "last" -> !isAhead(1);
            case "length" -> length();
            case "depth" -> (long) depth;
            case "depth0" -> (long) depth - 1;
            case "previtem" -> previous;
            case "nextitem" -> isAhead(1) ? ahead.getFirst() : new Undefined("there is no next item");
            case "cycle" -> (Function) this::cycle;
            case "changed" -> (Function) this::changed;
            default -> new Undefined("loop has no attribute '" + name + "'");
        };
    }

    private long length() {
        isAhead(Integer.MAX_VALUE);
        return (long) index + 1 + ahead.size();
    }

    /** Python's {@code repr}. */
    String literal() {
        return "<LoopContext " + (index + 1) + "/" + length() + ">";
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
