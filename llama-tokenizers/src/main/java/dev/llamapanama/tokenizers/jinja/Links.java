// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The filter {@code urlize}: addresses of pages and of mail become links of HTML.
 *
 * @param attributes of each link to a page, with a space before each
 * @param shown characters of an address that are shown; all of them where negative
 * @param schemes further beginnings of addresses
 */
record Links(String attributes, int shown, List<String> schemes) {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern PAGE = Pattern.compile(
            "((https?://|www\\.)(([\\w%-]+\\.)+)?([a-z]{2,63}|xn--[\\w%]{2,59})"
                    + "|([\\w%-]{2,63}\\.)+(com|net|int|edu|gov|org|info|mil)"
                    + "|(https?://)((\\d{1,3})(\\.\\d{1,3}){3}|(\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}])))"
                    + "(?::\\d{1,5})?(?:[/?#]\\S*)?",
            FLAGS);
    private static final Pattern MAIL = Pattern.compile("\\S+@\\w[\\w.-]*\\.\\w+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SCHEME = Pattern.compile("([\\w.+-]{2,}:(/){0,2})", Pattern.UNICODE_CHARACTER_CLASS);
    private static final List<String> HEADS = List.of("(", "<", "&lt;");
    private static final List<String> TAILS = List.of(")", ">", ".", ",", "\n", "&gt;");
    private static final Pattern WORD = Pattern.compile("\\s+|\\S+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final String[][] BRACKETS = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};

    /** @param arguments {@code trim_url_limit nofollow target rel extra_schemes} */
    static String in(Object value, Arguments arguments) {
        TreeSet<String> relations = new TreeSet<>(List.of("noopener"));
        Object rel = arguments.get(3, "rel", None.NONE);
        if (Values.isTrue(rel)) {
            Splitting.split(Values.requireText(rel, "rel"), Arguments.NONE)
                    .forEach(each -> relations.add(Representation.text(each)));
        }
        if (Values.isTrue(arguments.get(1, "nofollow", false))) {
            relations.add("nofollow");
        }
        Object target = arguments.get(2, "target", None.NONE);
        Object limit = arguments.get(0, "trim_url_limit", None.NONE);
        String attributes = " rel=\"" + Markup.escape(String.join(" ", relations)) + "\""
                + (Values.isTrue(target) ? " target=\"" + Markup.of(target).text() + "\"" : "");
        int shown = limit == None.NONE ? -1 : Math.max(0, Numbers.toInt(limit, "trim_url_limit"));
        return new Links(attributes, shown, schemes(arguments.get(4, "extra_schemes", None.NONE)))
                .link(Markup.of(value).text());
    }

    private static List<String> schemes(Object given) {
        List<String> schemes = new ArrayList<>();
        for (Object each : given == None.NONE ? List.of() : Values.items(given)) {
            String scheme = Values.requireText(each, "extra_schemes");
            if (!SCHEME.matcher(scheme).matches()) {
                throw new JinjaException("'" + scheme + "' is not a valid URI scheme prefix.");
            }
            schemes.add(scheme);
        }
        return schemes;
    }

    private String link(String text) {
        StringBuilder linked = new StringBuilder();
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            linked.append(word(words.group()));
            Rendering.checkLength(linked.length());
        }
        return linked.toString();
    }

    private String word(String word) {
        int begin = 0;
        for (String head = head(word, begin); !head.isEmpty(); head = head(word, begin)) {
            begin += head.length();
        }
        int end = word.length();
        for (String tail = tail(word, begin, end); !tail.isEmpty(); tail = tail(word, begin, end)) {
            end -= tail.length();
        }
        for (String[] pair : BRACKETS) {
            String inside = word.substring(begin, end);
            long opened = Searching.occurrences(inside, pair[0]);
            long closed = Searching.occurrences(word.substring(end), pair[1]);
            boolean balanced = opened <= Searching.occurrences(inside, pair[1]);
            for (int i = 0; !balanced && i < Math.min(opened, closed); i++) {
                end = word.indexOf(pair[1], end) + pair[1].length();
            }
        }
        return word.substring(0, begin) + anchor(word.substring(begin, end)) + word.substring(end);
    }

    private static String head(String word, int begin) {
        return HEADS.stream()
                .filter(text -> word.startsWith(text, begin))
                .findFirst()
                .orElse("");
    }

    private static String tail(String word, int begin, int end) {
        return TAILS.stream()
                .filter(text -> end - text.length() >= begin && word.startsWith(text, end - text.length()))
                .findFirst()
                .orElse("");
    }

    private String anchor(String address) {
        if (PAGE.matcher(address).matches()) {
            boolean stated = address.startsWith("https://") || address.startsWith("http://");
            return "<a href=\"" + (stated ? "" : "https://") + address + "\"" + attributes + ">" + trimmed(address)
                    + "</a>";
        }
        String mail = "mailto:";
        if (address.startsWith(mail)
                && MAIL.matcher(address.substring(mail.length())).matches()) {
            return "<a href=\"" + address + "\">" + address.substring(mail.length()) + "</a>";
        }
        boolean mayBeMail = !address.startsWith("www.") && !address.startsWith("@") && address.indexOf(':') < 0;
        if (mayBeMail && MAIL.matcher(address).matches()) {
            return "<a href=\"" + mail + address + "\">" + address + "</a>";
        }
        String linked = address;
        for (String scheme : schemes) {
            if (!linked.equals(scheme) && linked.startsWith(scheme)) {
                linked = "<a href=\"" + linked + "\"" + attributes + ">" + linked + "</a>";
            }
        }
        return linked;
    }

    private String trimmed(String address) {
        return shown < 0 || Values.length(address) <= shown
                ? address
                : address.substring(0, address.offsetByCodePoints(0, shown)) + "...";
    }
}
