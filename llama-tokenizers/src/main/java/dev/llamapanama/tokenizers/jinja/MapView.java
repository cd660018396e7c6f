// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What {@code keys()}, {@code values()}, and {@code items()} of a map give: a view, which has a length and no indexes.
 *
 * @param part what of the map it shows
 */
record MapView(Part part, Map<?, ?> map) implements Walkable {
    enum Part {
        KEYS("dict_keys"),
        VALUES("dict_values"),
        ITEMS("dict_items");

        private final String type;

        Part(String type) {
            this.type = type;
        }
    }

    @Override
    public String type() {
        return part.type;
    }

    List<Object> shown() {
        return switch (part) {
            case KEYS -> new ArrayList<>(map.keySet());
            case VALUES -> new ArrayList<>(map.values());
            case ITEMS -> MapMethods.items(map);
        };
    }

    @Override
    public Iterator<Object> iterator() {
        return shown().iterator();
    }

    @Override
    public long length() {
        return map.size();
    }

    @Override
    public String literal() {
        return part.type + "(" + Representation.literal(shown()) + ")";
    }
}
