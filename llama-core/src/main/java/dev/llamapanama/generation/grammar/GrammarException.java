// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

/**
 * A grammar, regular expression or JSON Schema that cannot be used: names the place, what was found there and what was expected. Also
 * thrown while text is generated, where a vocabulary cannot spell what has to come next or a grammar is too ambiguous.
 */
public final class GrammarException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String position;
    private final String found;
    private final String expected;

    /**
     * @param position the place: line and column of a text, the JSON pointer within a schema
     * @param found what stands there
     * @param expected what may stand there
     */
    public GrammarException(String position, Object found, String expected) {
        super(position + ": found " + found + ", expected " + expected);
        this.position = position;
        this.found = found.toString();
        this.expected = expected;
    }

    /** The place: line and column of a text, the JSON pointer within a schema. */
    public String position() {
        return position;
    }

    /** What stands there. */
    public String found() {
        return found;
    }

    /** What may stand there. */
    public String expected() {
        return expected;
    }
}
