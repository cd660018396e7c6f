// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's {@code ==}: numbers by value, lists and maps by their items. Lists that hold a list twice, which holds one twice
 * and so on, have more items than can be compared.
 */
final class Equality {
    private static final int MOST = 1_000_000;

    private int compared;

    static boolean equal(Object left, Object right) {
        return new Equality().compare(left, right);
    }

    static boolean contains(List<?> list, Object value) {
        Equality equality = new Equality();
        return list.stream().anyMatch(each -> equality.compare(each, value));
    }

    /** Goes on until the value is found, and no further. */
    static boolean contains(Iterator<Object> items, Object value) {
        Equality equality = new Equality();
        boolean found = false;
        while (!found && items.hasNext()) {
            found = equality.compare(items.next(), value);
        }
        return found;
    }

    private boolean compare(Object left, Object right) {
        if (++compared > 2 * MOST) {
            throw new JinjaException("a comparison of more than " + 2 * MOST + " values");
        }
        if (left instanceof Markup || right instanceof Markup) {
            return Markup.plain(left).equals(Markup.plain(right));
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right) == 0;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return a instanceof Tuple == b instanceof Tuple && lists(a, b);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return maps(a, b);
        }
        if (left instanceof Range a && right instanceof Range b) {
            return lists(Values.items(a), Values.items(b));
        }
        return left instanceof Undefined ? right instanceof Undefined : Objects.equals(left, right);
    }

    private boolean lists(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!compare(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean maps(Map<?, ?> left, Map<?, ?> right) {
        return left.size() == right.size()
                && left.entrySet().stream().allMatch(entry -> {
                    Object other = MapKeys.find(right, entry.getKey());
                    return other != null && compare(entry.getValue(), other);
                });
    }
}
