// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;

/** What {@code groupby} gives: a pair whose parts have names too. */
final class Group extends Tuple {
    Group(Object grouper, List<Object> items) {
        super(List.of(grouper, items));
    }
}
