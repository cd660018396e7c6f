// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.TokenLogprob;
import org.jspecify.annotations.Nullable;

/**
 * Text that arrived: whole characters only. A piece may be empty, where a character is not complete yet or might begin a stop
 * string, and may come without a token, where it is the echo of the prompt or the rest at the end.
 *
 * @param text what to show now; all pieces together are the text of the {@link Generation}
 * @param tokenId the token that brought it, or −1
 * @param logprob how probable the token was, where {@link GenerationOptions#logprobs} asks for it
 */
public record TextPiece(String text, int tokenId, @Nullable TokenLogprob logprob) {}
