// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The files beside a tokenizer file. */
@FunctionalInterface
interface Neighbours {
    Neighbours NONE = name -> Optional.empty();

    /** A file in the words of messages, and what is in it. */
    record Neighbour(String source, ByteBuffer content) {}

    /**
     * The file with a name, or nothing where there is none.
     *
     * @throws TokenizerException where it can't be read
     */
    Optional<Neighbour> find(String name);

    /** Names of the files in a folder beside it. */
    default List<String> list(String folder) {
        return List.of();
    }
}
