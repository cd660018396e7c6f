// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What a statement writes, as text. */
final class Capture {
    private Capture() {}

    /** Text, or markup where what is printed is escaped. */
    static Object value(Statement body, Scope scope) {
        return value(scope, text(body, scope));
    }

    static Object value(Scope scope, String text) {
        return scope.escapes() ? new Markup(text) : text;
    }

    static String text(Statement body, Scope scope) {
        StringBuilder output = new StringBuilder();
        body.execute(scope, output);
        return output.toString();
    }
}
