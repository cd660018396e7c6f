// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens as jinja2 does with {@code trim_blocks} and {@code lstrip_blocks}: the first newline after a
 * tag or a comment goes, and so do spaces between the beginning of a line and a tag or a comment.
 */
final class Lexer {
    private static final String SPACE = "[\\s\\x1c-\\x1f\\x85\\p{Z}]";
    private static final Pattern BEGIN = Pattern.compile("\\{\\{[-+]?|\\{%[-+]?|\\{#[-+]?");
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)" + SPACE + "*raw" + SPACE + "*(?:-%}" + SPACE + "*|%})");
    private static final Pattern RAW_END =
            Pattern.compile("\\{%([-+]?)" + SPACE + "*endraw" + SPACE + "*(?:\\+%}|-%}" + SPACE + "*|%}\\n?)");
    private static final Pattern COMMENT_END = Pattern.compile("\\+#}|-#}" + SPACE + "*|#}\\n?");
    private static final Pattern TAG_END = Pattern.compile("\\+%}|-%}" + SPACE + "*|%}\\n?");
    private static final Pattern PRINT_END = Pattern.compile("-}}" + SPACE + "*|}}");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        Matcher begin = BEGIN.matcher(source);
        while (begin.find(at)) {
            String data = source.substring(at, begin.start());
            Matcher raw = RAW.matcher(source).region(begin.start(), source.length());
            boolean isRaw = raw.lookingAt();
            String sign = isRaw ? raw.group(1) : begin.group().substring(2);
            boolean print = begin.group().startsWith("{{");
            addData(stripped(data, sign, !print));
            at = isRaw ? raw.end() : begin.end();
            lineStarts = false;
            if (isRaw) {
                raw();
            } else if (begin.group().startsWith("{#")) {
                comment();
            } else {
                tag(print);
            }
        }
        addData(source.substring(at));
        at = source.length();
        add(Kind.END, "");
    }

    private String stripped(String data, String sign, boolean lstrip) {
        if (sign.equals("-")) {
            return PythonText.stripEnd(data);
        }
        int line = data.lastIndexOf('\n') + 1;
        boolean strips = lstrip && sign.isEmpty() && (line > 0 || lineStarts);
        return strips && PythonText.isSpace(data.substring(line)) ? data.substring(0, line) : data;
    }

    private void raw() {
        Matcher end = RAW_END.matcher(source);
        if (!end.find(at)) {
            throw failure("missing end of raw directive");
        }
        lineStarts = source.charAt(at - 1) == '\n';
        addData(stripped(source.substring(at, end.start()), end.group(1), true));
        moveTo(end.end());
    }

    private void comment() {
        Matcher end = COMMENT_END.matcher(source);
        if (!end.find(at)) {
            throw failure("missing end of comment tag");
        }
        moveTo(end.end());
    }

    private void moveTo(int end) {
        at = end;
        lineStarts = source.charAt(at - 1) == '\n';
    }

    private void tag(boolean print) {
        add(print ? Kind.PRINT_BEGIN : Kind.TAG_BEGIN, "");
        Matcher end = (print ? PRINT_END : TAG_END).matcher(source);
        TagLexer inside = new TagLexer(source, at);
        while (inside.isNested() || !end.region(inside.at(), source.length()).lookingAt()) {
            if (!inside.next(tokens, line(inside.at()))) {
                throw failure("unexpected end of template");
            }
        }
        moveTo(end.end());
        add(print ? Kind.PRINT_END : Kind.TAG_END, "");
    }

    private void addData(String data) {
        if (!data.isEmpty()) {
            add(Kind.DATA, data);
        }
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line(at)));
    }

    private int counted;
    private int lines = 1;

    private int line(int position) {
        for (; counted < position; counted++) {
            lines += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return lines;
    }

    private JinjaException failure(String message) {
        return new JinjaException("line " + line(at) + ": " + message);
    }
}
