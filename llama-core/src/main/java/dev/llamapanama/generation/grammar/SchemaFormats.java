// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strings of the formats of JSON Schema. Each is a part of what its format permits: what validators agree on, of a length that is of use.
 * Leap seconds, quoted mail addresses, and host names with two hyphens in a row are left out.
 */
final class SchemaFormats {
    private static final String DATE =
            "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)"
                    + "|02-(0[1-9]|1\\d|2[0-8]))|(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
    private static final String TIME =
            "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]((0\\d|1[0-3]):[0-5]\\d|14:00))";
    private static final String LABEL = "[A-Za-z0-9](-?[A-Za-z0-9]){0,30}";
    private static final String HOST = LABEL + "(\\." + LABEL + "){0,6}";
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = BYTE + "(\\." + BYTE + "){3}";
    private static final String GROUP = "[0-9A-Fa-f]{1,4}";
    private static final String IPV6 = "((" + GROUP + ":){7}" + GROUP
            + "|(" + GROUP + ":){1,7}:"
            + "|(" + GROUP + ":){1,6}:" + GROUP
            + "|(" + GROUP + ":){1,5}(:" + GROUP + "){1,2}"
            + "|(" + GROUP + ":){1,4}(:" + GROUP + "){1,3}"
            + "|(" + GROUP + ":){1,3}(:" + GROUP + "){1,4}"
            + "|(" + GROUP + ":){1,2}(:" + GROUP + "){1,5}"
            + "|" + GROUP + ":(:" + GROUP + "){1,6}"
            + "|:((:" + GROUP + "){1,7}|:))";
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
    private static final String MAIL = ATOM + "{1,20}(\\." + ATOM + "{1,20}){0,2}@" + HOST;
    private static final String PATH_CHARACTER = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private static final String QUERY = "(" + PATH_CHARACTER + "|[/?])*";
    private static final String AUTHORITY =
            "([A-Za-z0-9._~!$&'()*+,;=-]+@)?(" + HOST + "|" + IPV4 + "|\\[" + IPV6 + "\\])(:\\d{1,5})?";
    private static final String URI = "[A-Za-z][A-Za-z0-9+.-]*:(//" + AUTHORITY + "(/" + PATH_CHARACTER + "*)*" + "|/?"
            + PATH_CHARACTER + "+(/" + PATH_CHARACTER + "*)*)(\\?" + QUERY + ")?(#" + QUERY + ")?";
    private static final String HEX = "[0-9A-Fa-f]";
    private static final String UUID = HEX + "{8}(-" + HEX + "{4}){3}-" + HEX + "{12}";
    private static final String DURATION =
            "P(\\d+W|(\\d+Y(\\d+M(\\d+D)?)?|\\d+M(\\d+D)?|\\d+D)(T(\\d+H(\\d+M(\\d+S)?)?|\\d+M(\\d+S)?|\\d+S))?"
                    + "|T(\\d+H(\\d+M(\\d+S)?)?|\\d+M(\\d+S)?|\\d+S))";

    private static final Map<String, String> EXPRESSIONS = Map.ofEntries(
            Map.entry("date", DATE),
            Map.entry("time", TIME),
            Map.entry("date-time", DATE + "T" + TIME),
            Map.entry("duration", DURATION),
            Map.entry("uuid", UUID),
            Map.entry("email", MAIL),
            Map.entry("hostname", HOST),
            Map.entry("ipv4", IPV4),
            Map.entry("ipv6", IPV6),
            Map.entry("uri", URI));

    private SchemaFormats() {}

    /** The strings of a format; null where it is not one of those that are known, which only annotate. */
    static @Nullable Expression of(String format, String place) {
        String expression = EXPRESSIONS.get(format);
        return expression == null ? null : RegexParser.whole(place, expression);
    }
}
