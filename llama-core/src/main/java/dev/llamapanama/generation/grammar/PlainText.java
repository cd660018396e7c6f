// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.HashSet;
import java.util.Set;

/**
 * Whole characters that strings of most formats can hold as they are: none of the controls, quotes and backslashes. Most tokens are such
 * text, so that where a grammar takes all of it, only the others have to be looked at.
 */
final class PlainText {
    /** Longer tokens are looked at one by one, unless a grammar takes plain text of any length. */
    static final int MAX_LENGTH = 16;

    /** The length of all longer tokens. */
    static final int ANY_LENGTH = TokenTrie.NOT_PLAIN - 1;

    private static final int MAX_CONFIGURATIONS = 64;

    private static final int INVALID = -1;
    /** Between characters. Of the other states, the first three say how many continuation bytes are left. */
    private static final int START = 0;

    private static final int AFTER_E0 = 4;
    private static final int AFTER_ED = 5;
    private static final int AFTER_F0 = 6;
    private static final int AFTER_F4 = 7;

    private final Configurations configurations;
    private final Set<Configuration> seen = new HashSet<>();
    private final Set<Partial> partial = new HashSet<>();
    private Set<Configuration> following = new HashSet<>();

    /** Where a text stands within a character. */
    private record Partial(Configuration configuration, int state) {}

    private PlainText(Configurations configurations) {
        this.configurations = configurations;
    }

    /** In characters; {@link TokenTrie#NOT_PLAIN} where a token isn't plain text. */
    static int length(TokenBytes bytes, int token) {
        int characters = 0;
        int state = START;
        for (int i = 0; i < bytes.length(token); i++) {
            state = next(state, bytes.get(token, i) & 0xFF);
            if (state == INVALID) {
                return TokenTrie.NOT_PLAIN;
            }
            characters += state == START ? 1 : 0;
        }
        return state == START ? Math.min(characters, ANY_LENGTH) : TokenTrie.NOT_PLAIN;
    }

    private static int next(int state, int b) {
        return switch (state) {
            case START -> first(b);
            case AFTER_E0 -> b >= 0xA0 && b <= 0xBF ? 1 : INVALID;
            case AFTER_ED -> b >= 0x80 && b <= 0x9F ? 1 : INVALID;
            case AFTER_F0 -> b >= 0x90 && b <= 0xBF ? 2 : INVALID;
            case AFTER_F4 -> b >= 0x80 && b <= 0x8F ? 2 : INVALID;
            default -> b >= 0x80 && b <= 0xBF ? state - 1 : INVALID;
        };
    }

    private static int first(int b) {
        if (b < 0x80) {
            return b < 0x20 || b == '"' || b == '\\' || b == 0x7F ? INVALID : START;
        }
        return switch (b) {
            case 0xE0 -> AFTER_E0;
            case 0xED -> AFTER_ED;
            case 0xF0 -> AFTER_F0;
            case 0xF4 -> AFTER_F4;
            default -> b < 0xC2 || b > 0xF4 ? INVALID : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        };
    }

    /** A number such that plain text of so many characters can follow, whatever it is: up to {@link #MAX_LENGTH}, or any. */
    static int accepted(Configurations configurations, Configuration from) {
        return new PlainText(configurations).accepted(from);
    }

    private int accepted(Configuration from) {
        Set<Configuration> reached = Set.of(from);
        for (int length = 0; length < MAX_LENGTH; length++) {
            following = new HashSet<>();
            for (Configuration configuration : reached) {
                if (!acceptsAny(configuration, START)) {
                    return length;
                }
            }
            seen.addAll(reached);
            following.removeAll(seen);
            reached = following;
            if (reached.isEmpty()) {
                return ANY_LENGTH;
            }
            if (reached.size() > MAX_CONFIGURATIONS) {
                return length;
            }
        }
        return MAX_LENGTH;
    }

    /** Whether all bytes can follow that can follow within plain text, up to the end of the character. */
    private boolean acceptsAny(Configuration configuration, int state) {
        for (int b = 0x20; b < 0xF5; b++) {
            int next = next(state, b);
            if (next == INVALID) {
                continue;
            }
            Configuration reached = configurations.next(configuration, (byte) b);
            if (reached == configurations.dead()) {
                return false;
            }
            if (next == START) {
                following.add(reached);
            } else if (partial.add(new Partial(reached, next)) && !acceptsAny(reached, next)) {
                return false;
            }
        }
        return true;
    }
}
