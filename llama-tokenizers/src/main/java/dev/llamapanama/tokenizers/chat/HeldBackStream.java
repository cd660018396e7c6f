// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;
import java.util.regex.Pattern;

/** Holds back what may become a call. */
final class HeldBackStream implements ToolCallStream {
    /** Tokens that end a turn: what comes behind isn't the answer any more. */
    private static final List<String> ENDS = List.of(
            "<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|eom|>", "<|end_of_text|>", "<|im_end|>", "</s>", "<step>");

    /** How a whole answer that is a call begins, in JSON and in Python, and every beginning of that. */
    private static final Pattern MAY_BECOME_CALL = Pattern.compile(
            "\\s*+(?:\\[?\\s*+(?:\\{\\s*+(?:[\"'](?:\\w{0,12}+(?:[\"'].*)?)?)?)?|\\[\\s*+(?:[\\p{L}_][\\p{L}\\p{N}_.-]*+\\s*+(?:\\(.*)?)?)",
            Pattern.DOTALL);

    private static final Pattern FIRST_KEY =
            Pattern.compile("\\s*+\\[?\\s*+\\{\\s*+[\"'](\\w*+)[\"'].*", Pattern.DOTALL);
    private static final List<String> KEYS = List.of("name", "type", "function", "parameters", "arguments", "id");

    private final StringBuilder held = new StringBuilder();
    private boolean onlyMarks;
    private boolean isCall;
    private boolean marked;
    private boolean ended;

    @Override
    public String accept(String piece) {
        if (ended) {
            return "";
        }
        int before = held.length();
        held.append(piece);
        cutAtEnd(before);
        if (marked || isCall) {
            return "";
        }
        if (!onlyMarks && mayBecomeCall()) {
            return "";
        }
        onlyMarks = true;
        return release();
    }

    private void cutAtEnd(int before) {
        for (String end : ENDS) {
            int found = held.indexOf(end, Math.max(0, before - end.length() + 1));
            if (found >= 0) {
                held.setLength(found);
                ended = true;
            }
        }
    }

    private boolean mayBecomeCall() {
        var key = FIRST_KEY.matcher(held);
        if (key.matches()) {
            isCall = KEYS.contains(key.group(1));
            return isCall;
        }
        String begun = held.toString().stripLeading();
        for (String tool : ToolCalls.BUILT_IN_TOOLS) {
            String call = tool + ToolCalls.CALL + "(";
            isCall |= begun.startsWith(call);
            if (isCall || call.startsWith(begun)) {
                return true;
            }
        }
        return MAY_BECOME_CALL.matcher(held).matches();
    }

    /** Gives out what stands before a mark, or before what may be the beginning of one. */
    private String release() {
        int end = held.length();
        for (String mark : ToolCalls.MARKS) {
            int found = held.indexOf(mark);
            if (found >= 0) {
                marked = true;
                end = Math.min(end, found);
            }
            end = Math.min(end, beginning(mark));
        }
        for (String mark : ENDS) {
            end = Math.min(end, beginning(mark));
        }
        String released = held.substring(0, end);
        held.delete(0, end);
        return released;
    }

    /** Where, at the end of what is held, a mark may have begun. */
    private int beginning(String mark) {
        for (int length = Math.min(mark.length() - 1, held.length()); length > 0; length--) {
            int start = held.length() - length;
            if (held.indexOf(mark.substring(0, length), start) == start) {
                return start;
            }
        }
        return held.length();
    }

    @Override
    public ParsedAnswer finish() {
        ended = true;
        ParsedAnswer answer =
                marked || !onlyMarks ? ToolCalls.read(held.toString()) : new ParsedAnswer(held.toString(), List.of());
        held.setLength(0);
        return answer;
    }
}
