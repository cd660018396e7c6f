// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import java.util.Set;

/** Cuts user-defined tokens out of the text as it stands, the longest at a place, and encodes what is between them. */
final class UserDefinedCutter implements TextEncoder {
    private final SpellingMatcher userDefined;
    private final TextEncoder between;

    UserDefinedCutter(Vocabulary vocabulary, TextEncoder between) {
        this.userDefined = new SpellingMatcher(vocabulary, Set.of(TokenType.USER_DEFINED));
        this.between = between;
    }

    @Override
    public void encode(String text, boolean first, IntList ids) {
        int from = 0;
        for (var match = userDefined.next(text, 0); match != null; match = userDefined.next(text, from)) {
            between.encode(text.substring(from, match.start()), first && from == 0, ids);
            ids.add(match.id());
            from = match.end();
        }
        between.encode(text.substring(from), first && from == 0, ids);
    }
}
