// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What formats need of Python to write what official templates write. Values are JSON values. */
public final class Python {
    private Python() {}

    /** {@code text.strip()}. */
    public static String strip(String text) {
        return PythonText.strip(text);
    }

    /**
     * What the text in quotes means, without its escapes.
     *
     * @throws JinjaException where one is no character
     */
    public static String unescape(String text) {
        return Escapes.resolve(text);
    }

    /** {@code str(value)}. */
    public static String text(@Nullable Object value) {
        return Representation.text(Values.of(value));
    }

    /** {@code json.dumps(value, ensure_ascii=False)}. */
    public static String json(@Nullable Object value) {
        return Json.write(Values.of(value), Arguments.NONE);
    }

    /** {@code json.dumps(value, ensure_ascii=False, indent=indent)}. */
    public static String json(@Nullable Object value, long indent) {
        return Json.write(Values.of(value), Arguments.named(Map.of("indent", indent)));
    }

    /** {@code json.dumps(value)}: other characters than those of ASCII as escapes. */
    public static String asciiJson(@Nullable Object value) {
        return Json.write(Values.of(value), Arguments.named(Map.of("ensure_ascii", true)));
    }

    /** {@code int(digits, 0)}: the value of digits without a sign, which may begin with {@code 0x}, {@code 0o}, or {@code 0b}. */
    public static BigInteger whole(String digits) {
        int radix = digits.matches("0[xX].*") ? 16 : digits.matches("0[oO].*") ? 8 : digits.matches("0[bB].*") ? 2 : 10;
        return new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    }

    /** {@code date.strftime(format)}. */
    public static String date(LocalDate date, String format) {
        return Strftime.format(date.atStartOfDay(), format);
    }
}
