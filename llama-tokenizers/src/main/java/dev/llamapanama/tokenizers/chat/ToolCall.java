// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function, as the model asked for it.
 *
 * @param id what the result refers to, or null; Llama's formats don't write it
 * @param name the function
 * @param arguments JSON values by parameter, in the model's order; copied
 */
public record ToolCall(@Nullable String id, String name, Map<String, @Nullable Object> arguments) {
    static final String CODE_INTERPRETER = "code_interpreter";

    /** @throws ChatException where an argument is no JSON value */
    public ToolCall {
        arguments = JsonValues.copyObject(arguments);
    }

    /** A call without an id. */
    public ToolCall(String name, Map<String, @Nullable Object> arguments) {
        this(null, name, arguments);
    }

    /** The same call with another id. */
    public ToolCall withId(@Nullable String other) {
        return new ToolCall(other, name, arguments);
    }

    /** Code for the interpreter that models of Llama 3.1 and later know. */
    static ToolCall ofCode(String code) {
        return new ToolCall(CODE_INTERPRETER, Map.of("code", code));
    }

    /** The code, where the call is one of {@link #ofCode}. */
    Optional<String> code() {
        return name.equals(CODE_INTERPRETER) && arguments.get("code") instanceof String code
                ? Optional.of(code)
                : Optional.empty();
    }

    /** The arguments as JSON text. */
    public String argumentsJson() {
        return JsonValues.write(arguments);
    }
}
