// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What pickle's machine works on: a stack that marks divide, and a memo; both bounded. */
final class PickleStack {
    /** Everything that a state dictionary holds at once: some values for each tensor. */
    private static final int MOST = 1 << 18;

    private static final int MOST_MARKS = 64;

    private final PickleInput in;
    private final List<Object> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    PickleStack(PickleInput in) {
        this.in = in;
    }

    void push(Object value) {
        if (values.size() == MOST) {
            throw in.refuse("more than " + MOST + " values on the stack", "fewer");
        }
        values.add(value);
    }

    void mark() {
        if (marks.size() == MOST_MARKS) {
            throw in.refuse("values nested more than " + MOST_MARKS + " deep", "flatter ones");
        }
        marks.add(values.size());
    }

    Object pop() {
        Object top = top();
        values.removeLast();
        return top;
    }

    Object top() {
        int floor = marks.isEmpty() ? 0 : marks.getLast();
        if (values.size() <= floor) {
            throw in.refuse("an empty stack", "a value on it");
        }
        return values.getLast();
    }

    /** Takes all that was pushed since the last mark, and the mark. */
    List<Object> popMarked() {
        if (marks.isEmpty()) {
            throw in.refuse("no mark on the stack", "one");
        }
        List<Object> since = values.subList(marks.removeLast(), values.size());
        List<Object> taken = List.copyOf(since);
        since.clear();
        return taken;
    }

    /** Takes the last values, the uppermost last. */
    List<Object> pop(int count) {
        List<Object> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.addFirst(pop());
        }
        return List.copyOf(taken);
    }

    void memorise(int index) {
        if (memo.size() == MOST) {
            throw in.refuse("more than " + MOST + " values in the memo", "fewer");
        }
        memo.put(index, top());
    }

    void recall(int index) {
        @Nullable Object value = memo.get(index);
        if (value == null) {
            throw in.refuse("memo " + Integer.toUnsignedString(index), "one that was stored before");
        }
        push(value);
    }

    /** The result: the only value that is left. */
    Object last() {
        Object last = pop();
        if (!values.isEmpty() || !marks.isEmpty()) {
            throw in.refuse(values.size() + " values below the result", "none");
        }
        return last;
    }
}
