// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What filters of jinja2 do for web pages. */
final class Html {
    private static final Pattern NO_ATTRIBUTE = Pattern.compile("[\\s/>=]");

    private Html() {}

    /** Text without tags and comments, white space as single spaces, and the five characters that are escaped. */
    static String withoutTags(String text) {
        String kept = without(without(text, "<!--", "-->"), "<", ">");
        return Splitting.split(kept, Arguments.NONE).stream()
                .map(Representation::text)
                .collect(Collectors.joining(" "))
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    private static String without(String text, String begin, String end) {
        StringBuilder kept = new StringBuilder();
        int at = 0;
        int start = text.indexOf(begin);
        int close = start < 0 ? -1 : text.indexOf(end, start);
        while (close >= 0) {
            kept.append(text, at, start);
            at = close + end.length();
            start = text.indexOf(begin, at);
            close = start < 0 ? -1 : text.indexOf(end, start);
        }
        return kept.append(text, at, text.length()).toString();
    }

    /** Text for an address, or the entries of a map, or pairs, for what stands behind its question mark. */
    static Object urlEncoded(Object value) {
        if (!(value instanceof Map) && !(value instanceof List)) {
            return encoded(value).replace("+", "%20").replace("%2F", "/");
        }
        List<Object> pairs = value instanceof Map<?, ?> map ? MapMethods.items(map) : Values.items(value);
        return pairs.stream()
                .map(Values::items)
                .map(pair -> encoded(pair.getFirst()) + "=" + encoded(pair.getLast()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(Representation.text(value), StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** The entries of a map as attributes of a tag; those that are None or undefined are left out. */
    static String attributes(Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("xmlattr: found '" + Values.typeName(value) + "', expected a mapping");
        }
        String written = map.entrySet().stream()
                .filter(entry -> entry.getValue() != None.NONE && !(entry.getValue() instanceof Undefined))
                .map(entry -> attribute(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" "));
        boolean space = Values.isTrue(arguments.get(0, "autospace", true)) && !written.isEmpty();
        return space ? " " + written : written;
    }

    private static String attribute(Object name, Object value) {
        String text = Values.requireText(name, "the name of an attribute");
        if (NO_ATTRIBUTE.matcher(text).find()) {
            throw new JinjaException("Invalid character in attribute name: " + text);
        }
        return Markup.of(name).text() + "=\"" + Markup.of(value).text() + "\"";
    }
}
