// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A compiled Jinja chat template. Immutable and safe for use by many threads at once. */
public interface ChatTemplate {

    /**
     * Renders the template as {@code apply_chat_template} of Hugging Face transformers does.
     *
     * @param variables JSON values by name: {@code messages}, {@code add_generation_prompt}, {@code bos_token} and
     *     whatever else the template reads. {@code tools} and {@code documents} are null where they aren't given
     * @param now what the function {@code strftime_now} of the template calls now
     * @throws ChatException where the template raises one, fails, or takes too much time, depth or output
     */
    String render(Map<String, @Nullable Object> variables, LocalDateTime now);

    /**
     * Renders the template at the present time.
     *
     * @throws ChatException where the template raises one, fails, or takes too much time, depth or output
     */
    default String render(Map<String, @Nullable Object> variables) {
        return render(variables, LocalDateTime.now(ZoneId.systemDefault()));
    }
}
