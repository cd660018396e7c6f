// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.chat.LiteralReader.Unreadable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads calls in one of the ways in which models write them; gives nothing for what is none. */
final class CallReader {
    private static final int CALLS = 128;

    private CallReader() {}

    /** The calls of a text that consists of calls in JSON or in Python, one or several; none where it doesn't. */
    static List<ToolCall> read(String text) {
        List<ToolCall> calls = jsonCalls(text);
        return calls.isEmpty() ? pythonicCalls(text) : calls;
    }

    private static <T extends @Nullable Object> T readOr(T otherwise, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Unreadable e) {
            return otherwise;
        }
    }

    /** Objects behind one another, with commas, semicolons or nothing between, or a list of them. */
    static List<ToolCall> jsonCalls(String text) {
        return readOr(List.of(), () -> {
            LiteralReader reader = new LiteralReader(text);
            List<ToolCall> calls = new ArrayList<>();
            boolean list = reader.skip("[");
            while (!reader.atEnd() && !(list && reader.skip("]"))) {
                Optional<ToolCall> call = ofJson(reader.value());
                if (call.isEmpty() || calls.size() == CALLS) {
                    return List.of();
                }
                calls.add(call.get());
                if (!reader.skip(",")) {
                    reader.skip(";");
                }
            }
            return reader.atEnd() ? calls : List.of();
        });
    }

    private static Optional<ToolCall> ofJson(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> json)) {
            return Optional.empty();
        }
        if (json.get("function") instanceof Map<?, ?> inner) {
            return ofJson(inner).map(call -> json.get("id") instanceof String id ? call.withId(id) : call);
        }
        Object name = json.get("name") instanceof String given ? given : json.get("function");
        Object arguments = json.containsKey("parameters") ? json.get("parameters") : json.get("arguments");
        if (arguments instanceof String text) {
            arguments = parsed(text);
        }
        return name instanceof String called && !called.isEmpty() && arguments instanceof Map<?, ?> map
                ? Optional.of(new ToolCall(called, JsonValues.copyObject(map)))
                : Optional.empty();
    }

    private static @Nullable Object parsed(String text) {
        return readOr(null, () -> {
            LiteralReader reader = new LiteralReader(text);
            Object value = reader.value();
            return reader.atEnd() ? value : null;
        });
    }

    /** {@code [f(a=1), g(b="x")]}. */
    private static List<ToolCall> pythonicCalls(String text) {
        return readOr(List.of(), () -> {
            LiteralReader reader = new LiteralReader(text);
            List<ToolCall> calls = new ArrayList<>();
            reader.expect("[");
            reader.items("]", () -> calls.add(pythonic(reader)));
            return reader.atEnd() && calls.size() <= CALLS ? calls : List.of();
        });
    }

    /** {@code f(a=1)}, alone. */
    static Optional<ToolCall> pythonicCall(String text) {
        return readOr(Optional.empty(), () -> {
            LiteralReader reader = new LiteralReader(text);
            ToolCall call = pythonic(reader);
            return reader.atEnd() ? Optional.of(call) : Optional.empty();
        });
    }

    private static ToolCall pythonic(LiteralReader reader) {
        String name = reader.name();
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        reader.expect("(");
        reader.items(")", () -> {
            String argument = reader.name();
            reader.expect("=");
            arguments.put(argument, reader.value());
        });
        return new ToolCall(name, arguments);
    }

    /** {@code name>{…}}, what stands between {@code <function=} and {@code </function>}. */
    static Optional<ToolCall> tagged(String text) {
        int end = text.indexOf('>');
        String name = end < 0 ? "" : text.substring(0, end).strip();
        Object arguments = end < 0 ? null : parsed(text.substring(end + 1));
        return !name.isEmpty() && arguments instanceof Map<?, ?> map
                ? Optional.of(new ToolCall(name, JsonValues.copyObject(map)))
                : Optional.empty();
    }
}
