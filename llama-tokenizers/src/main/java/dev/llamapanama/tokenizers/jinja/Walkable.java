// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Iterator;

/** What can be gone through and is neither list, map, nor text. */
sealed interface Walkable permits Generator, MapView, Range {
    /** Python's name of the type. */
    String type();

    Iterator<Object> iterator();

    /** Number of items; fails where only going through them would tell. */
    long length();

    /** Python's {@code repr}. */
    String literal();
}
