// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Commands that name no model run the one that comes with them. */
class DefaultModelTest {
    private static final String OPENING = "Once upon a time, there was a little";

    @Test
    void aStoryNeedsNoModel() {
        String story = Cli.text("generate", "--prompt", OPENING, "--temperature", "0", "--max-tokens", "12");

        assertFalse(story.isBlank());
        assertTrue(story.startsWith(" "), "a new word goes on: " + story);
    }

    @Test
    void itsTokensAreThoseOfItsText() {
        int tokens =
                Cli.json("tokenize", "--json", "--text", OPENING).get("ids").size();
        assertTrue(tokens > 4 && tokens < OPENING.length() / 2, "tokens: " + tokens);
    }

    @Test
    void itIsInspected() {
        assertEquals(5_246_208, Cli.json("inspect", "--json").get("parameters").longValue());
    }
}
