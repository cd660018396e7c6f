// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankedMergesTest {
    /** By hand: "abc" is a + bc since bc has the lower rank; "xyz" can't come about; "abcab" takes the whole of ab. */
    @Test
    void partsAreWhatTokensOfLowerRankLeave() {
        List<String> pieces = List.of("a", "b", "c", "x", "y", "z", "bc", "ab", "abc", "xyz", "abcab");

        assertEquals(List.of("b c", "a b", "a bc", "abc ab"), RankedMerges.of(definition(pieces)));
    }

    private static TokenizerDefinition definition(List<String> pieces) {
        return new TokenizerDefinition(
                "test",
                "gpt2",
                "llama-bpe",
                pieces,
                Collections.nCopies(pieces.size(), TokenType.NORMAL),
                List.of(),
                List.of(),
                new SpecialIds(-1, -1, -1, -1, -1, -1, false, false),
                new Whitespace(false, false),
                null);
    }
}
