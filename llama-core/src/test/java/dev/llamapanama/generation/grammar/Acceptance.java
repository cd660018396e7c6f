// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.nio.charset.StandardCharsets;

/** Whether a grammar stands for a text, byte by byte. */
final class Acceptance {
    private final Configurations configurations;

    Acceptance(Grammar grammar) {
        configurations = new Configurations(grammar.automaton());
    }

    static boolean accepts(Grammar grammar, String text) {
        return new Acceptance(grammar).accepts(text);
    }

    boolean accepts(String text) {
        Configuration at = configurations.start();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            at = configurations.next(at, b);
        }
        return at.isComplete();
    }
}
