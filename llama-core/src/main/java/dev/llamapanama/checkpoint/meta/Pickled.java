// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a restricted pickle can hold. Values refer to each other as the pickle pleases, even in circles: nothing walks
 * through them but by a known path, compares or prints them.
 */
sealed interface Pickled {

    /** A number, text or truth. */
    record Plain(Object value) implements Pickled {}

    /** None, and what is of no use here: sets, bytes, streams. */
    record Opaque(String kind) implements Pickled {}

    /** A class or function, by its name; it is nothing but the name. */
    record Global(String name) implements Pickled {}

    /** A tuple. */
    record Tuple(List<Object> items) implements Pickled {}

    /** A list, of which nothing is kept: no weight is in one. */
    record Items() implements Pickled {}

    /** A dictionary whose keys are text; others have none that is kept. */
    record Dictionary(Map<String, Object> entries) implements Pickled {
        Dictionary() {
            this(new LinkedHashMap<>());
        }
    }

    /**
     * The memory that tensors are views of.
     *
     * @param type name of its class: {@code BFloat16Storage}
     * @param key entry of the archive that holds it
     * @param elements how many
     */
    record Storage(String type, String key, long elements) implements Pickled {}

    /**
     * A view of a storage.
     *
     * @param offset of the first element, in elements
     * @param sizes of all dimensions, the contiguous one last
     * @param strides from one element to the next of each dimension, in elements
     */
    record View(Storage storage, long offset, List<Long> sizes, List<Long> strides) implements Pickled {
        int dimensions() {
            return sizes.size();
        }

        /**
         * The same elements in at most two dimensions, of which the second has all but the first of these.
         *
         * @return null where those don't lie one behind the other
         * @throws ArithmeticException if there are too many
         */
        @Nullable
        View asMatrix() {
            if (dimensions() <= 2) {
                return dimensions() == 0 ? new View(storage, offset, List.of(1L), List.of(1L)) : this;
            }
            long inner = 1;
            for (int i = dimensions() - 1; i > 0; i--) {
                if (sizes.get(i) != 1 && strides.get(i) != inner) {
                    return null;
                }
                inner = Math.multiplyExact(inner, (long) sizes.get(i));
            }
            return new View(storage, offset, List.of(sizes.getFirst(), inner), List.of(strides.getFirst(), 1L));
        }
    }
}
