// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** Breaks files: what comes of them is a tokenizer or a {@link TokenizerException}, soon. */
final class Fuzz {
    private static final byte[] NASTY = {0, 1, -1, 127, -128, 0x0A, 0x20};

    private Fuzz() {}

    /** Every file that ends too early. */
    static int truncations(byte[] good) {
        int opened = 0;
        for (int length = 0; length < good.length; length++) {
            opened += opens(Arrays.copyOf(good, length)) ? 1 : 0;
        }
        return opened;
    }

    /** Files with a few bytes changed, left out or doubled. */
    static int mutations(byte[] good, int count) {
        int opened = 0;
        for (int seed = 0; seed < count; seed++) {
            opened += opens(mutated(good, new Random(seed))) ? 1 : 0;
        }
        return opened;
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = NASTY[random.nextInt(NASTY.length)];
                case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes = shifted(bytes, at, random.nextInt(9) - 4);
            }
        }
        return bytes;
    }

    /** Without the bytes before a place, or with some of them twice. */
    private static byte[] shifted(byte[] bytes, int at, int by) {
        int resume = Math.clamp(at + by, 0, bytes.length);
        byte[] shifted = Arrays.copyOf(bytes, at + bytes.length - resume);
        System.arraycopy(bytes, resume, shifted, at, bytes.length - resume);
        return shifted;
    }

    private static boolean opens(byte[] file) {
        return assertTimeout(Duration.ofSeconds(10), () -> {
            try {
                Tokenizer tokenizer = Tokenizers.of(Tokenizers.read("fuzz", file));
                assertNotNull(tokenizer.decode(tokenizer.encode("a fuzzy text \uD83E\uDD99", EncodeOptions.PROMPT)));
                return true;
            } catch (TokenizerException e) {
                assertNotNull(e.getMessage());
                return false;
            }
        });
    }
}
