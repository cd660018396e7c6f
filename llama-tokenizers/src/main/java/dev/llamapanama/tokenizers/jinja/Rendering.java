// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;

/** One rendering: its clock and what it may still take. */
final class Rendering {
    /** The longest official template takes some thousand steps for a conversation of hundred messages. */
    private static final int STEPS = 5_000_000;

    private static final int STEPS_PER_LOOK = 64;
    private static final long NANOSECONDS = Duration.ofSeconds(10).toNanos();
    private static final int DEPTH = 200;

    /** The longest list that a template makes. */
    static final int ITEMS = 1_000_000;

    /** The longest text, in characters, that a template writes or makes. */
    static final int LENGTH = 32 << 20;

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

    /** Accounts for a value that was made. */
    Object made(Object value) {
        if (value instanceof String text) {
            checkLength(text.length());
        } else if (value instanceof List<?> list) {
            checkItems(list.size());
        }
        step(Values.cost(value));
        return value;
    }

    /** Fails for a list that is too long. */
    static void checkItems(long count) {
        if (count > ITEMS) {
            throw new JinjaException("the template makes a list of more than " + ITEMS + " items");
        }
    }

    /** Fails for text that is too long. */
    static void checkLength(long length) {
        if (length > LENGTH) {
            throw new JinjaException("the template makes more than " + LENGTH + " characters");
        }
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
