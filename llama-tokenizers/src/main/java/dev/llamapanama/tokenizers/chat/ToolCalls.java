// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds calls in all the ways in which Llama models write them, since models mix them up: JSON, {@code [f(a=1)]}, or
 * {@code brave_search.call(query="…")} as the whole answer; anywhere {@code <|python_tag|>} up to the end, {@code <function=f>{…}</function>},
 * {@code <tool_call>{…}</tool_call>}, and {@code <|python_start|>…<|python_end|>}. Code for the interpreter becomes a call
 * of {@code code_interpreter} with the argument {@code code}. What looks like a call but can't be read is text.
 */
final class ToolCalls {
    static final ToolCallParser PARSER = HeldBackStream::new;

    static final String PYTHON_TAG = "<|python_tag|>";
    static final String PYTHON_START = "<|python_start|>";
    static final String PYTHON_END = "<|python_end|>";
    static final String FUNCTION = "<function=";
    static final String TOOL_CALL = "<tool_call>";
    static final List<String> MARKS = List.of(PYTHON_TAG, PYTHON_START, FUNCTION, TOOL_CALL);

    /** Tools that Meta's code calls as methods, whether or not a control token says so. */
    static final List<String> BUILT_IN_TOOLS = List.of("brave_search", "wolfram_alpha", "photogen");

    /** What stands between such a name and the arguments. */
    static final String CALL = ".call";

    /** More than an answer has that isn't hostile. */
    private static final int MOST_MARKS = 128;

    private final StringBuilder text = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    private ToolCalls() {}

    /** Text and calls of the part of an answer that was held back. */
    static ParsedAnswer read(String held) {
        List<ToolCall> whole = CallReader.read(held);
        if (whole.isEmpty()) {
            whole = methodCall(held).filter(call -> BUILT_IN_TOOLS.contains(call.name())).stream()
                    .toList();
        }
        if (!whole.isEmpty()) {
            return new ParsedAnswer("", whole);
        }
        ToolCalls found = new ToolCalls();
        found.readMarked(held);
        return new ParsedAnswer(found.text.toString(), found.calls);
    }

    private void readMarked(String held) {
        int at = 0;
        for (int i = 0; i < MOST_MARKS && at < held.length(); i++) {
            String mark = null;
            int begin = held.length();
            for (String each : MARKS) {
                int found = held.indexOf(each, at);
                if (found >= 0 && found < begin) {
                    begin = found;
                    mark = each;
                }
            }
            addText(held.substring(at, begin));
            at = mark == null ? begin : readMark(held, mark, begin + mark.length());
        }
        addText(held.substring(at));
    }

    /** What stands behind a mark; gives where the rest begins. */
    private int readMark(String held, String mark, int begin) {
        if (mark.equals(PYTHON_TAG)) {
            String code = held.substring(begin);
            calls.addAll(code(code));
            return held.length();
        }
        String endMark = switch (mark) {
            case PYTHON_START -> PYTHON_END;
            case FUNCTION -> "</function>";
            default -> "</tool_call>";
        };
        int end = held.indexOf(endMark, begin);
        String inside = held.substring(begin, end < 0 ? held.length() : end);
        int next = end < 0 ? held.length() : end + endMark.length();
        if (mark.equals(PYTHON_START)) {
            return readCode(held, inside, next);
        }
        List<ToolCall> read =
                mark.equals(FUNCTION) ? CallReader.tagged(inside).stream().toList() : CallReader.jsonCalls(inside);
        if (read.isEmpty()) {
            text.append(held, begin - mark.length(), next);
        }
        calls.addAll(read);
        return next;
    }

    /** Llama 4: code, or calls, or what is said before calls that stand behind. */
    private int readCode(String held, String inside, int next) {
        List<ToolCall> behind = CallReader.read(held.substring(next));
        if (behind.isEmpty()) {
            calls.addAll(code(inside));
            return next;
        }
        addText(inside);
        calls.addAll(behind);
        return held.length();
    }

    private static List<ToolCall> code(String code) {
        List<ToolCall> read = CallReader.read(code);
        if (!read.isEmpty() || code.isBlank()) {
            return read;
        }
        return List.of(methodCall(code).orElseGet(() -> ToolCall.ofCode(code)));
    }

    private static Optional<ToolCall> methodCall(String text) {
        return CallReader.pythonicCall(text)
                .filter(call -> call.name().endsWith(CALL))
                .map(call ->
                        new ToolCall(call.name().substring(0, call.name().length() - CALL.length()), call.arguments()));
    }

    private void addText(String more) {
        // Between calls there may be white space, which says nothing.
        if (!more.isBlank() || calls.isEmpty()) {
            text.append(more);
        }
    }
}
