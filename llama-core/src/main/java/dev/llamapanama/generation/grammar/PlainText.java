// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text that most grammars take or refuse as a whole: only what is not such text has to be looked at token by token where a grammar takes all
 * of it.
 */
enum PlainText {
    /** Characters that strings of most formats hold as they are: no controls, quotes, backslashes or ends of lines. */
    CHARACTERS {
        @Override
        int next(int state, int b) {
            return switch (state) {
                case START -> first(b);
                case AFTER_C2 -> b >= 0xA0 && b <= 0xBF ? START : INVALID;
                case AFTER_E0 -> b >= 0xA0 && b <= 0xBF ? 1 : INVALID;
                case AFTER_E2 -> b == 0x80 ? AFTER_E2_80 : b > 0x80 && b <= 0xBF ? 1 : INVALID;
                case AFTER_E2_80 -> b >= 0x80 && b <= 0xBF && b != 0xA8 && b != 0xA9 ? START : INVALID;
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
                case 0xC2 -> AFTER_C2;
                case 0xE0 -> AFTER_E0;
                case 0xE2 -> AFTER_E2;
                case 0xED -> AFTER_ED;
                case 0xF0 -> AFTER_F0;
                case 0xF4 -> AFTER_F4;
                default -> b < 0xC3 || b > 0xF4 ? INVALID : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            };
        }
    },

    /** Letters and digits of ASCII. */
    LETTERS {
        @Override
        int next(int state, int b) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
            return letter || (b >= '0' && b <= '9') ? START : INVALID;
        }
    };

    /** Longer tokens are looked at one by one, unless a grammar takes text of any length. */
    static final int MAX_LENGTH = 16;

    /** The length of a token that holds other text. */
    static final int OTHER = 255;

    /** The length of all very long tokens. */
    static final int ANY_LENGTH = OTHER - 1;

    private static final int MAX_CONFIGURATIONS = 64;

    static final int INVALID = -1;
    /** Between characters. Of the other states, the first three say how many continuation bytes are left. */
    static final int START = 0;

    private static final int AFTER_C2 = 4;
    private static final int AFTER_E0 = 5;
    private static final int AFTER_E2 = 6;
    private static final int AFTER_E2_80 = 7;
    private static final int AFTER_ED = 8;
    private static final int AFTER_F0 = 9;
    private static final int AFTER_F4 = 10;
    private static final int STATES = 11;

    /** The state after a byte, or {@link #INVALID}. */
    abstract int next(int state, int b);

    /** In characters; {@link #OTHER} where a token isn't such text. */
    int length(TokenBytes bytes, int token) {
        int characters = 0;
        int state = START;
        for (int i = 0; i < bytes.length(token); i++) {
            state = next(state, bytes.get(token, i) & 0xFF);
            if (state == INVALID) {
                return OTHER;
            }
            characters += state == START ? 1 : 0;
        }
        return state == START ? Math.min(characters, ANY_LENGTH) : OTHER;
    }

    /** A number such that text of so many characters can follow, whatever it is: up to {@link #MAX_LENGTH}, or any. */
    int accepted(Configurations configurations, Configuration from) {
        return new Search(configurations).accepted(from);
    }

    /** Follows all such text at once. */
    private final class Search {
        private final Configurations configurations;
        private final Set<Configuration> seen = new HashSet<>();
        private final Set<Partial> partial = new HashSet<>();
        private final byte[] @Nullable [] representatives = new byte[STATES][];
        private Set<Configuration> following = new HashSet<>();

        /** Where a text stands within a character. */
        private record Partial(Configuration configuration, int state) {}

        Search(Configurations configurations) {
            this.configurations = configurations;
        }

        int accepted(Configuration from) {
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

        /** Whether all bytes can follow that can follow within such text, up to the end of the character. */
        private boolean acceptsAny(Configuration configuration, int state) {
            for (byte b : representatives(state)) {
                int next = next(state, b & 0xFF);
                Configuration reached = configurations.next(configuration, b);
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

        /** Of the bytes that may follow, one of each class and next state. */
        private byte[] representatives(int state) {
            byte[] known = representatives[state];
            if (known == null) {
                Set<Integer> told = new HashSet<>();
                ByteArrayOutputStream found = new ByteArrayOutputStream();
                for (int b = 0; b < 256; b++) {
                    int next = next(state, b);
                    if (next != INVALID && told.add(next << Byte.SIZE | configurations.byteClass((byte) b))) {
                        found.write(b);
                    }
                }
                known = found.toByteArray();
                representatives[state] = known;
            }
            return known;
        }
    }
}
