// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.time.Duration;
import java.time.LocalDateTime;

/** One rendering: its clock and what it may still take. */
final class Rendering {
    /** The longest official template takes some thousand steps for a conversation of hundred messages. */
    private static final int STEPS = 20_000_000;

    private static final int STEPS_PER_LOOK = 4096;
    private static final long NANOSECONDS = Duration.ofSeconds(10).toNanos();
    private static final int DEPTH = 200;

    /** The longest text, in characters, that a template writes or makes. */
    static final int LENGTH = 64 << 20;

    private final LocalDateTime now;
    private final long start = System.nanoTime();
    private long steps;
    private long looked;
    private int depth;

    Rendering(LocalDateTime now) {
        this.now = now;
    }

    LocalDateTime now() {
        return now;
    }

    /** Accounts for work. */
    void step(long count) {
        steps += count;
        if (steps > STEPS) {
            throw new JinjaException("the template takes more than " + STEPS + " steps");
        }
        if (steps - looked > STEPS_PER_LOOK) {
            looked = steps;
            if (System.nanoTime() - start > NANOSECONDS) {
                throw new JinjaException("the template takes more than 10 seconds");
            }
        }
    }

    /** Accounts for text that is copied. */
    void text(long length) {
        if (length > LENGTH) {
            throw new JinjaException("the template makes more than " + LENGTH + " characters");
        }
        step(1 + (length >> 6));
    }

    void enter() {
        if (++depth > DEPTH) {
            throw new JinjaException("the template calls itself more than " + DEPTH + " times deep");
        }
        step(1);
    }

    void leave() {
        depth--;
    }
}
