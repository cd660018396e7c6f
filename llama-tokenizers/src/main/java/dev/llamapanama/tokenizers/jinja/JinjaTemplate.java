// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders Jinja as jinja2 does in the immutable sandbox that transformers sets up for chat templates: the whole language
 * but for templates that load others, and what is random.
 */
public final class JinjaTemplate {
    private final Statement body;

    private JinjaTemplate(Statement body) {
        this.body = body;
    }

    /**
     * Compiles a template.
     *
     * @throws JinjaException where it is none
     */
    public static JinjaTemplate of(String source) {
        try {
            return new JinjaTemplate(new StatementParser(Lexer.tokens(source)).template());
        } catch (StackOverflowError e) {
            // Digits without an end, which the regular expression goes into one by one.
            throw new JinjaException("the template has an expression that is too long");
        }
    }

    /**
     * Renders the template.
     *
     * @param variables JSON values
     * @throws JinjaException where it raises one, fails, or takes too much
     */
    public String render(Map<String, @Nullable Object> variables, LocalDateTime now) {
        Scope scope = new Scope(new Rendering(now));
        Globals.ALL.forEach(scope::set);
        // transformers passes these, given or not.
        scope.set("tools", None.NONE);
        scope.set("documents", None.NONE);
        scope.set("add_generation_prompt", false);
        variables.forEach((name, value) -> scope.set(name, Values.of(value)));
        try {
            return Capture.text(body, scope);
        } catch (StackOverflowError e) {
            // Lists in lists in lists, whose depth nobody counts.
            throw new JinjaException("the template makes values that are nested too deep");
        }
    }
}
