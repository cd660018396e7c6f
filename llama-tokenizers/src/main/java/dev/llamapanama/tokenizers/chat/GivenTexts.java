// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All texts that a template is given. */
final class GivenTexts {
    /** Fields whose texts the program gives, for templates to look for. */
    private static final Set<String> NAMED = Set.of("role", "type");

    private final List<String> contents = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    private GivenTexts() {}

    /** The texts of a JSON value. */
    static GivenTexts of(@Nullable Object value) {
        GivenTexts texts = new GivenTexts();
        texts.collect(value);
        return texts;
    }

    /** Whether the text of a field is a name as much as the field itself. */
    static boolean isName(Object field, @Nullable Object value) {
        return value instanceof String && NAMED.contains(field);
    }

    private void collect(@Nullable Object value) {
        switch (value) {
            case String text -> contents.add(Python.strip(text));
            case List<?> list -> list.forEach(this::collect);
            case Map<?, ?> map ->
                map.forEach((field, each) -> {
                    names.add(String.valueOf(field));
                    if (isName(field, each)) {
                        names.add(String.valueOf(each));
                    } else {
                        collect(each);
                    }
                });
            case null, default -> {}
        }
    }

    /** Whether one of them holds a stretch of what was rendered, or may have begun or ended inside it. */
    boolean maySpell(String rendered, int begin, int end) {
        String spelling = rendered.substring(begin, end);
        return names.stream().anyMatch(name -> name.contains(spelling))
                || contents.stream().anyMatch(text -> text.contains(spelling) || reaches(text, rendered, begin, end));
    }

    /** A single character would be found in too many places to mean anything. */
    private static boolean reaches(String text, String rendered, int begin, int end) {
        int length = text.length();
        for (int at = begin + 1; length > 1 && at < end; at++) {
            if (rendered.startsWith(text, at) || rendered.startsWith(text, at - length)) {
                return true;
            }
        }
        return false;
    }
}
