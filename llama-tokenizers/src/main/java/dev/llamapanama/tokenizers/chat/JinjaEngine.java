// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.JinjaException;
import dev.llamapanama.tokenizers.jinja.JinjaTemplate;
import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine of this module. */
final class JinjaEngine implements ChatTemplateEngine {

    @Override
    public ChatTemplate compile(String source) {
        try {
            return new Compiled(JinjaTemplate.of(source));
        } catch (JinjaException e) {
            throw failure(e);
        }
    }

    private record Compiled(JinjaTemplate template) implements ChatTemplate {
        @Override
        public String render(Map<String, @Nullable Object> variables, LocalDateTime now) {
            try {
                return template.render(variables, now);
            } catch (JinjaException e) {
                throw failure(e);
            }
        }
    }

    private static ChatException failure(JinjaException cause) {
        return new ChatException("chat template: " + cause.getMessage(), cause);
    }
}
