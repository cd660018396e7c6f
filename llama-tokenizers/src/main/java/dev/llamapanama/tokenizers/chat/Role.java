// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.Locale;

/** Who speaks in a message. */
public enum Role {
    /** Whoever runs the model. */
    SYSTEM,
    /** Whoever talks to it. */
    USER,
    /** The model. */
    ASSISTANT,
    /** A function that the model called; the headers of Llama 3 and 4 write {@code ipython}. */
    TOOL;

    /** The name in the field's JSON: {@code system}, {@code user}, {@code assistant} or {@code tool}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of a name in the field's JSON; {@code ipython} counts as {@code tool}.
     *
     * @throws ChatException where no role is called so
     */
    public static Role of(String spelling) {
        for (Role role : values()) {
            if (role.spelling().equals(spelling)) {
                return role;
            }
        }
        if (spelling.equals("ipython")) {
            return TOOL;
        }
        throw new ChatException("role: found '" + spelling + "', expected system, user, assistant or tool");
    }
}
