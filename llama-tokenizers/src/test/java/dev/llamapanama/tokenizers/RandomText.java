// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Random strings of characters that have broken tokenizers. */
final class RandomText {
    private static final String[] ANY = {
        "a",
        "b",
        "c",
        "A",
        "Z",
        "s",
        "'s",
        "'LL",
        "'\u017F",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "1",
        "23",
        "4567",
        ".",
        "!?",
        "/",
        "\u0000",
        "\u0085",
        "\u00A0",
        "\u2028",
        "\u200B",
        "\u3000",
        "\u2581",
        "\uFEFF",
        "\uFFFD",
        "\u00E9",
        "e\u0301",
        "\u0130",
        "\u0131",
        "\u01C5",
        "\u02B0",
        "\u00DF",
        "\u0663",
        "\u2167",
        "\u4F60\u597D",
        "\u0E1B\u0E23\u0E30",
        "\uD83E\uDD99",
        "\uD835\uDC00",
        "\uD83D\uDC68\u200D\uD83D\uDC69",
        "\uD83E",
        "\uDD99",
        "<s>",
        "</s>",
        "<0x41>",
        "<|eot_id|>",
        "[INST]"
    };

    private RandomText() {}

    /** Anything at all, lone surrogates and spellings of control tokens with it. */
    static String any(Random random) {
        return of(random, random.nextInt(30), ANY);
    }

    /** So many of these, joined. */
    static String of(Random random, int count, String... parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    /** The text with U+FFFD for every lone surrogate. */
    static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }
}
