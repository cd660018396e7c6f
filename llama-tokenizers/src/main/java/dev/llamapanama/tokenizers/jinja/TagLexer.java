// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the inside of a tag into tokens. */
final class TagLexer {
    private static final Pattern FLOAT =
            Pattern.compile("(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
    private static final Pattern INTEGER =
            Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{M}\\p{N}_]*");
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,;]");

    private final String source;
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;

    TagLexer(String source, int at) {
        this.source = source;
        this.at = at;
        skipSpace();
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    int at() {
        return at;
    }

    /** Whether a bracket is open, in which nothing ends a tag. */
    boolean isNested() {
        return !open.isEmpty();
    }

    /** Adds the next token; false where the template ends. */
    boolean next(List<Token> tokens, int line) {
        if (at >= source.length()) {
            return false;
        }
        char first = source.charAt(at);
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        if (first == '"' || first == '\'') {
            tokens.add(new Token(Kind.STRING, string(first, line), line));
        } else if (!(!afterDot && add(tokens, Kind.FLOAT, FLOAT, line))
                && !add(tokens, Kind.INTEGER, INTEGER, line)
                && !add(tokens, Kind.NAME, NAME, line)
                && !add(tokens, Kind.OPERATOR, OPERATOR, line)) {
            throw new JinjaException("line " + line + ": unexpected char '" + first + "'");
        }
        balance(tokens.getLast());
        skipSpace();
        return true;
    }

    private boolean add(List<Token> tokens, Kind kind, Pattern pattern, int line) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        tokens.add(new Token(kind, matcher.group(), line));
        at = matcher.end();
        return true;
    }

    private String string(char quote, int line) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new JinjaException("line " + line + ": a string without an end");
        }
        String inside = source.substring(at + 1, end);
        at = end + 1;
        try {
            return Escapes.resolve(inside);
        } catch (JinjaException e) {
            throw new JinjaException("line " + line + ": " + e.getMessage());
        }
    }

    private void balance(Token token) {
        if (token.kind() != Kind.OPERATOR) {
            return;
        }
        char bracket = token.text().charAt(0);
        int opening = "([{".indexOf(bracket);
        if (opening >= 0) {
            open.push(")]}".charAt(opening));
        } else if (")]}".indexOf(bracket) >= 0 && (open.isEmpty() || open.pop() != bracket)) {
            throw new JinjaException("line " + token.line() + ": unexpected '" + bracket + "'");
        }
    }

    private void skipSpace() {
        while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
            at++;
        }
    }
}
