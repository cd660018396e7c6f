// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.JinjaException;
import dev.llamapanama.tokenizers.jinja.JinjaTemplate;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The engine of this module. */
final class JinjaEngine implements ChatTemplateEngine {

    @Override
    public ChatTemplate compile(String source) {
        JinjaTemplate template = translated(() -> JinjaTemplate.of(source));
        return (Map<String, @Nullable Object> variables, LocalDateTime now) ->
                translated(() -> template.render(variables, now));
    }

    private static <T> T translated(Supplier<T> action) {
        try {
            return action.get();
        } catch (JinjaException e) {
            throw new ChatException("chat template: " + e.getMessage(), e);
        }
    }
}
