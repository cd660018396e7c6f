// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What a statement writes, as text. */
final class Capture {
    private Capture() {}

    static String text(Statement body, Scope scope) {
        StringBuilder output = new StringBuilder();
        body.execute(scope, output);
        return output.toString();
    }
}
