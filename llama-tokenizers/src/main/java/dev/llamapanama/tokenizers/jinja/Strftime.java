// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** C's {@code strftime} in the C locale, with the flags of its GNU implementation. */
final class Strftime {
    private static final Pattern DIRECTIVE = Pattern.compile("%([-_0^#]*)([a-zA-Z%])");
    private static final Map<Character, String> NAMES =
            Map.of('a', "EEE", 'A', "EEEE", 'b', "MMM", 'h', "MMM", 'B', "MMMM", 'p', "a", 'f', "SSSSSS");
    private static final Map<Character, String> COMPOSED = Map.of(
            'c',
            "%a %b %e %H:%M:%S %Y",
            'D',
            "%m/%d/%y",
            'F',
            "%Y-%m-%d",
            'R',
            "%H:%M",
            'r',
            "%I:%M:%S %p",
            'T',
            "%H:%M:%S",
            'x',
            "%m/%d/%y",
            'X',
            "%H:%M:%S");

    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = DIRECTIVE.matcher(format);
        int at = 0;
        while (matcher.find()) {
            String meaning = directive(time, matcher.group(2).charAt(0), matcher.group(1));
            text.append(format, at, matcher.start()).append(meaning == null ? matcher.group() : meaning);
            at = matcher.end();
        }
        return text.append(format.substring(at)).toString();
    }

    private static @Nullable String directive(LocalDateTime time, char letter, String flags) {
        String composed = COMPOSED.get(letter);
        String pattern = NAMES.get(letter);
        String text = composed != null
                ? format(time, composed)
                : pattern != null
                        ? time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH))
                        : letter == 'P' ? (time.getHour() < 12 ? "am" : "pm") : other(time, letter, flags);
        return text != null && flags.contains("^") ? text.toUpperCase(Locale.ROOT) : text;
    }

    private static @Nullable String other(LocalDateTime time, char letter, String flags) {
        return switch (letter) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            // A time without a zone has neither name nor offset.
            case 'Z', 'z' -> "";
            default -> number(time, letter, flags);
        };
    }

    private static @Nullable String number(LocalDateTime time, char letter, String flags) {
        int day = time.getDayOfWeek().getValue();
        int year = time.getYear();
        int weekYear = time.get(IsoFields.WEEK_BASED_YEAR);
        return switch (letter) {
            case 'd' -> padded(time.getDayOfMonth(), 2, '0', flags);
            case 'e' -> padded(time.getDayOfMonth(), 2, ' ', flags);
            case 'm' -> padded(time.getMonthValue(), 2, '0', flags);
            case 'H' -> padded(time.getHour(), 2, '0', flags);
            case 'k' -> padded(time.getHour(), 2, ' ', flags);
            case 'I' -> padded((time.getHour() + 11) % 12 + 1, 2, '0', flags);
            case 'l' -> padded((time.getHour() + 11) % 12 + 1, 2, ' ', flags);
            case 'M' -> padded(time.getMinute(), 2, '0', flags);
            case 'S' -> padded(time.getSecond(), 2, '0', flags);
            case 'j' -> padded(time.getDayOfYear(), 3, '0', flags);
            case 'U' -> padded((time.getDayOfYear() + 6 - day % 7) / 7, 2, '0', flags);
            case 'W' -> padded((time.getDayOfYear() + 7 - day) / 7, 2, '0', flags);
            case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flags);
            case 'u' -> Integer.toString(day);
            case 'w' -> Integer.toString(day % 7);
            case 'C' -> padded(year / 100, 2, '0', flags);
            case 'y' -> padded(year % 100, 2, '0', flags);
            case 'Y' -> Integer.toString(year);
            case 'g' -> padded(weekYear % 100, 2, '0', flags);
            case 'G' -> Integer.toString(weekYear);
            default -> null;
        };
    }

    private static String padded(int number, int width, char padding, String flags) {
        String digits = Integer.toString(number);
        char last = flags.isEmpty() ? padding : flags.charAt(flags.length() - 1);
        if (last == '-') {
            return digits;
        }
        String fill = last == '_' ? " " : last == '0' ? "0" : String.valueOf(padding);
        return fill.repeat(Math.max(0, width - digits.length())) + digits;
    }
}
