// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Characters that stand for those that control tokens are made of, in text that must not spell any, nor the rest of one that
 * the template begins: a template renders them like any other character, and what it spells itself can then be told from
 * what it was given. Drawn anew for each rendering from those that aren't in it.
 */
final class StandIns {
    private static final int FIRST = 0xe000;
    private static final int COUNT = 0x1900;

    private final ControlSpellings controls;
    private final Map<Character, Character> standIns = new HashMap<>();
    private final Map<Character, Character> originals = new HashMap<>();

    private StandIns(ControlSpellings controls) {
        this.controls = controls;
    }

    /**
     * @param controls whose characters are to be replaced
     * @param inputs everything that is rendered
     */
    static StandIns of(ControlSpellings controls, String inputs) {
        StandIns drawn = new StandIns(controls);
        int start = new SplittableRandom().nextInt(COUNT);
        int next = 0;
        for (char original : controls.characters()) {
            char candidate = (char) (FIRST + (start + next++) % COUNT);
            while (inputs.indexOf(candidate) >= 0 && next < COUNT) {
                candidate = (char) (FIRST + (start + next++) % COUNT);
            }
            if (next >= COUNT) {
                throw new ChatException(
                        "messages: found every private character of Unicode, expected a few to be free");
            }
            drawn.standIns.put(original, candidate);
            drawn.originals.put(candidate, original);
        }
        return drawn;
    }

    /**
     * The same JSON value with characters replaced in every text, and one in each that may stand inside a control token.
     *
     * @param where whether the one at a place is to be replaced
     */
    @Nullable
    Object hide(@Nullable Object value, BiPredicate<String, Integer> where) {
        return switch (value) {
            case String text -> hideText(text, where);
            case List<?> list ->
                list.stream()
                        .map(each -> orNull(hide(each, where)))
                        .map(each -> each == this ? null : each)
                        .toList();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> hidden = new LinkedHashMap<>();
                map.forEach((key, each) -> hidden.put(
                        hideName(String.valueOf(key), where),
                        GivenTexts.isName(key, each) ? hideName(String.valueOf(each), where) : hide(each, where)));
                yield hidden;
            }
            case null, default -> value;
        };
    }

    private Object orNull(@Nullable Object value) {
        return value == null ? this : value;
    }

    private String hideText(String text, BiPredicate<String, Integer> where) {
        if (!controls.holdInside(text)) {
            return hideName(text, where);
        }
        int first = text.indexOf(Python.strip(text));
        return hideName(text, (given, at) -> at == first || where.test(given, at));
    }

    private String hideName(String text, BiPredicate<String, Integer> where) {
        StringBuilder hidden = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            Character standIn = standIns.get(text.charAt(i));
            if (standIn != null && where.test(text, i)) {
                hidden.setCharAt(i, standIn);
            }
        }
        return hidden.toString();
    }

    /** The text with the original characters. */
    String reveal(String text) {
        StringBuilder revealed = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            Character original = originals.get(text.charAt(i));
            if (original != null) {
                revealed.setCharAt(i, original);
            }
        }
        return revealed.toString();
    }
}
