// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for modules by regular expressions ({@code get_pattern_key} of PEFT): the first counts that matches the end of a module's name, from a
 * dot or the beginning on.
 */
final class ModulePatterns {
    /** Above the matrices of every Llama. */
    private static final int MOST = 1 << 14;

    private static final int MOST_LETTERS = 200;
    /** What a match takes at most: real expressions take a few times the letters of a name. */
    private static final int MOST_LOOKS = 1 << 14;

    private final @Nullable JsonObject fields;
    private final SequencedMap<String, Pattern> patterns = new LinkedHashMap<>();

    private ModulePatterns(@Nullable JsonObject fields) {
        this.fields = fields;
    }

    /**
     * @param fields a number by each expression; or null for none
     */
    static ModulePatterns of(@Nullable JsonObject fields) {
        ModulePatterns all = new ModulePatterns(fields);
        if (fields != null) {
            for (String expression : fields.names()) {
                if (expression.length() > MOST_LETTERS || all.patterns.size() == MOST) {
                    throw fields.refuse(expression, "at most " + MOST + " names of " + MOST_LETTERS + " letters");
                }
                all.patterns.put(expression, compiled(fields, expression));
            }
        }
        return all;
    }

    private static Pattern compiled(JsonObject fields, String expression) {
        try {
            return Pattern.compile("(.*\\.)?(" + expression + ")$");
        } catch (PatternSyntaxException e) {
            throw fields.refuse(expression, "a name, or a regular expression for one");
        }
    }

    OptionalDouble of(String module) {
        for (Map.Entry<String, Pattern> pattern : patterns.entrySet()) {
            if (fields != null && matches(fields, pattern.getKey(), pattern.getValue(), module)) {
                return OptionalDouble.of(fields.number(pattern.getKey()));
            }
        }
        return OptionalDouble.empty();
    }

    private static boolean matches(JsonObject fields, String expression, Pattern pattern, String module) {
        try {
            return pattern.matcher(new Looks(module, new int[1])).lookingAt();
        } catch (TooManyLooks e) {
            throw fields.refuse(expression, "an expression that is matched in a moment");
        }
    }

    private static final class TooManyLooks extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A name that ends a search which would take for ever. */
    @SuppressWarnings("ArrayRecordComponent") // the count of all parts of a name
    private record Looks(String name, int[] count) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++count[0] > MOST_LOOKS) {
                throw new TooManyLooks();
            }
            return name.charAt(index);
        }

        @Override
        public int length() {
            return name.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Looks(name.substring(start, end), count);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
