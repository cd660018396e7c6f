// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls in the ways in which Llama models write them. */
final class ToolCallParserTest {
    private static final ToolCallParser PARSER = ChatFormats.named("llama-3.1").toolCallParser();
    private static final ToolCall F = new ToolCall("f", Map.of("a", 1, "b", "x"));

    static Stream<Arguments> calls() {
        ToolCall code = new ToolCall("code_interpreter", Map.of("code", "print(1)"));
        ToolCall search = new ToolCall("brave_search", Map.of("query", "a, \"b\""));
        ToolCall g = new ToolCall("g", Map.of());
        String json = "{\"name\": \"f\", \"parameters\": {\"a\": 1, \"b\": \"x\"}}";
        return Stream.of(
                Arguments.of(json + "<|eot_id|>", "", List.of(F)),
                Arguments.of("\n" + json, "", List.of(F)),
                Arguments.of(
                        "{\"type\": \"function\", \"name\": \"f\", \"parameters\": {\"a\": 1, \"b\": \"x\"}}",
                        "",
                        List.of(F)),
                Arguments.of("{\"function\": \"f\", \"parameters\": {\"a\": 1, \"b\": \"x\"}}", "", List.of(F)),
                Arguments.of(
                        "{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1, \\\"b\\\": \\\"x\\\"}\"}", "", List.of(F)),
                Arguments.of(
                        "{\"id\": \"7\", \"type\": \"function\", \"function\": {\"name\": \"g\", \"arguments\": {}}}",
                        "",
                        List.of(g.withId("7"))),
                Arguments.of(json + "; " + json, "", List.of(F, F)),
                Arguments.of("[" + json + ", " + json + "]", "", List.of(F, F)),
                Arguments.of("<|python_tag|>" + json + "<|eom_id|>", "", List.of(F)),
                Arguments.of("<|python_tag|>brave_search.call(query=\"a, \\\"b\\\"\")<|eom_id|>", "", List.of(search)),
                Arguments.of("brave_search.call(query=\"a, \\\"b\\\"\")<|eom|>", "", List.of(search)),
                Arguments.of("<|python_tag|>print(1)<|eom_id|>", "", List.of(code)),
                Arguments.of("Let me see.<|python_tag|>print(1)", "Let me see.", List.of(code)),
                Arguments.of("<function=f>{\"a\": 1, \"b\": \"x\"}</function><|eot_id|>", "", List.of(F)),
                Arguments.of(
                        "Sure: <function=f>{\"a\": 1, \"b\": \"x\"}</function>\n<function=g>{}</function>",
                        "Sure: ",
                        List.of(F, g)),
                Arguments.of("<tool_call>\n" + json + "\n</tool_call>", "", List.of(F)),
                Arguments.of("[f(a=1, b=\"x\"), g()]<|eot_id|>", "", List.of(F, g)),
                Arguments.of("[f(a=1, b='x')]", "", List.of(F)),
                Arguments.of("<|python_start|>[f(a=1, b='x')]<|python_end|><|eom|>", "", List.of(F)),
                Arguments.of("<|python_start|>print(1)<|python_end|><|eom|>", "", List.of(code)),
                Arguments.of("<|python_start|>Thinking.<|python_end|>" + json, "Thinking.", List.of(F)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void findsCalls(String answer, String text, List<ToolCall> calls) {
        assertEquals(new ParsedAnswer(text, calls), PARSER.parse(answer));
        streamEqualsWhole(answer, new Random(1));
    }

    /** Values as {@code ast.literal_eval} of Python reads them. */
    static Stream<Arguments> pythonValues() {
        return Stream.of(
                Arguments.of("\"\"\"a \"b\"\nc\"\"\"", "a \"b\"\nc"),
                Arguments.of("'''it's'''", "it's"),
                Arguments.of("r'\\d+\\'' \"\\n\" u'x'", "\\d+\\'\nx"),
                Arguments.of("('one '\n  # and\n 'two')", "one two"),
                Arguments.of("f'plain'", "plain"),
                Arguments.of(
                        "'\\x41\\u00e9\\U0001F600\\N{BULLET}\\101\\0\\\n\\.\\d'", "A\u00e9\ud83d\ude00\u2022A\0\\.\\d"),
                Arguments.of("0x1F", 31),
                Arguments.of("-0b101", -5),
                Arguments.of("1_000", 1000),
                Arguments.of("- .5e1", -5.0),
                Arguments.of("1.", 1.0),
                Arguments.of("(1)", 1),
                Arguments.of("(1,)", List.of(1)),
                Arguments.of("(1, (), [2,],)", List.of(1, List.of(), List.of(2))),
                Arguments.of("{1, 2}", List.of(1, 2)),
                Arguments.of("{1: 'x', None: True, 2.5: {}}", Map.of("1", "x", "null", true, "2.5", Map.of())));
    }

    @ParameterizedTest
    @MethodSource("pythonValues")
    void readsPython(String value, Object expected) {
        String answer = "[f(a=" + value + ",), g(b = " + value + "),]";
        List<ToolCall> calls =
                List.of(new ToolCall("f", Map.of("a", expected)), new ToolCall("g", Map.of("b", expected)));
        assertEquals(new ParsedAnswer("", calls), PARSER.parse(answer));
        streamEqualsWhole(answer, new Random(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[f(a=f'{x}')]",
                "[f(a='\\N{NO SUCH THING}')]",
                "[f(a='\\U00110000')]",
                "[f(a='\\x4')]",
                "[f(a=0x)]",
                "[f(a=0x_)]",
                "[f(a=1j)]",
                "[f(a={1: 2, 3})]",
                "[f(a={[]: 2})]",
                "[f(a='''x')]",
                "[f(a=r'\\')]",
                "Hello!",
                "brave_search.call(1)",
                "brave",
                "brave_search.call me",
                "other.call(query=\"x\")",
                "{\"temperature\": 3}",
                "{\"name\": \"Ann\", \"age\": 3}",
                "[1, 2]",
                "[f(1)]",
                "[Note: this]",
                "[f(a=1), ",
                "a < b and <function of",
                "{",
                "<function=f>{\"a\": </function>",
                "Use {\"name\": \"f\", \"parameters\": {}} like this",
            })
    void whatIsNoCallIsText(String answer) {
        assertEquals(new ParsedAnswer(answer, List.of()), PARSER.parse(answer));
        streamEqualsWhole(answer, new Random(1));
    }

    @Test
    void textComesAtOnceUnlessItMayBecomeACall() {
        ToolCallStream stream = PARSER.stream();
        assertEquals("Hi", stream.accept("Hi"));
        assertEquals(" ", stream.accept(" <fun"));
        assertEquals("<funny", stream.accept("ny"));
        assertEquals("", stream.accept("<function=f>"));
        assertEquals(
                List.of(new ToolCall("f", Map.of())),
                endOf(stream, "{}</function>").toolCalls());
        ToolCallStream other = PARSER.stream();
        assertEquals("", other.accept("{\"na"));
        assertEquals("{\"nature\": ", other.accept("ture\": "));
    }

    private static ParsedAnswer endOf(ToolCallStream stream, String piece) {
        assertEquals("", stream.accept(piece));
        return stream.finish();
    }

    @Test
    void controlTokensAreFoundInIds() {
        Tokenizer tokenizer = Tokenizers.of(SmallVocabulary.llama3());
        int[] ids = tokenizer.encode(
                "<|python_tag|>print(1)<|eom_id|>",
                dev.llamapanama.tokenizers.EncodeOptions.TEXT.withParseSpecial(true));
        assertEquals(
                List.of(new ToolCall("code_interpreter", Map.of("code", "print(1)"))),
                PARSER.parse(ids, tokenizer).toolCalls());
    }

    /** What models write when they go wrong: any mixture of the parts of calls. */
    @Test
    void neverThrowsAndStreamsEqualWholes() {
        String[] parts = {
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "\"name\"",
            ":",
            "\"f\"",
            "\"parameters\"",
            ",",
            "f",
            "=",
            "1",
            "-",
            "1e9",
            "'",
            "\"",
            "\\",
            "\\u00",
            "\\N{",
            "brave_search.call(",
            "'''",
            "r\"",
            "#",
            "0x",
            "_",
            "<|python_tag|>",
            "<function=",
            ">",
            "</function>",
            "<tool_call>",
            "</tool_call>",
            "<|python_start|>",
            "<|python_end|>",
            "<|eot_id|>",
            "<",
            " ",
            "\n",
            "true",
            "None",
            "text",
            ";",
            "\ud83d"
        };
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder answer = new StringBuilder();
            for (int i = random.nextInt(16); i > 0; i--) {
                answer.append(parts[random.nextInt(parts.length)]);
            }
            streamEqualsWhole(answer.toString(), random);
        }
        for (String deep : List.of("[", "{\"a\":", "[f(a=", "<|python_tag|>[", "((", "{\"name\":")) {
            assertEquals(
                    List.of(),
                    PARSER.parse(deep.repeat(50_000)).toolCalls().stream()
                            .filter(call -> !call.name().equals("code_interpreter"))
                            .toList());
        }
    }

    private static void streamEqualsWhole(String answer, Random random) {
        ParsedAnswer whole = PARSER.parse(answer);
        ToolCallStream stream = PARSER.stream();
        List<String> released = new ArrayList<>();
        int at = 0;
        while (at < answer.length()) {
            int end = Math.min(answer.length(), at + 1 + random.nextInt(4));
            released.add(stream.accept(answer.substring(at, end)));
            at = end;
        }
        ParsedAnswer rest = stream.finish();
        assertEquals(whole, new ParsedAnswer(String.join("", released) + rest.text(), rest.toolCalls()), answer);
        assertTrue(whole.text().length() <= answer.length());
    }
}
