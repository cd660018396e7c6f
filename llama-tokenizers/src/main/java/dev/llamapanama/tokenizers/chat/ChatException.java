// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

/**
 * A conversation that a format cannot express (roles out of order, an image for a text model), or a chat template that
 * cannot be compiled or rendered. The message says what was found and what was expected.
 */
public final class ChatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was found and what was expected, in words a user can act on */
    public ChatException(String message) {
        super(message);
    }

    /**
     * @param message what was found and what was expected, in words a user can act on
     * @param cause the failure beneath
     */
    public ChatException(String message, Throwable cause) {
        super(message, cause);
    }
}
