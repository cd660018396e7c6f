// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/**
 * A token of a template.
 *
 * @param text what it says: a name, an operator, the content of a string
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        /** Text between tags. */
        DATA,
        /** <code>{{</code>. */
        PRINT_BEGIN,
        /** <code>}}</code>. */
        PRINT_END,
        /** <code>{%</code>. */
        TAG_BEGIN,
        /** <code>%}</code>. */
        TAG_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        /** The end of the template. */
        END
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }
}
