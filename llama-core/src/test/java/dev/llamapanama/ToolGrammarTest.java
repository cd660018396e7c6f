// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.LogitProcessor;
import dev.llamapanama.generation.grammar.Grammar;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.ToolCall;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of tools are valid, though the weights are noise. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ToolGrammarTest {
    private static final Map<String, @Nullable Object> CITY = Map.of("enum", List.of("Rome", "Oslo"));
    private static final ToolDefinition WEATHER = ToolDefinition.of(
            "weather",
            "the weather",
            Map.of(
                    "properties",
                    Map.of("city", Map.of("$ref", "#/$defs/city"), "days", days()),
                    "required",
                    List.of("city", "days"),
                    "additionalProperties",
                    false,
                    "$defs",
                    Map.of("city", CITY)));
    private static final ToolDefinition STOP = ToolDefinition.of(
            "stop", "stops", Map.of("type", "object", "additionalProperties", false, "properties", Map.of()));
    private static final ToolDefinition ODD = ToolDefinition.of(
            "odd", "knows a keyword that grammars don't", Map.of("type", "object", "dependentRequired", Map.of()));

    @AutoClose
    private final Llama llama;

    ToolGrammarTest(@TempDir Path folder) {
        llama = Llama.open(
                TestModel.builder().layers(1).contextLength(400).build().writeGguf(folder),
                LlamaOptions.DEFAULT.withThreads(1));
    }

    private static Map<String, Object> days() {
        return Map.of("type", "integer", "minimum", 1, "maximum", 14);
    }

    private static ChatSettings settings(ToolChoice choice, ToolDefinition... tools) {
        return ChatSettings.DEFAULT
                .withFormat(new PlainChatFormat(true))
                .withPrompt(ChatOptions.DEFAULT.withTools(List.of(tools)))
                .withToolChoice(choice);
    }

    private String answer(ChatSettings settings, long seed, LogitProcessor processor) {
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(200)
                .temperature(1)
                .seed(seed)
                .sampling(sampling -> sampling.processor(processor))
                .build();
        try (Chat chat = llama.chat(settings.withGeneration(options))) {
            return String.valueOf(
                    chat.send("once").toolCalls().getFirst().arguments().get("text"));
        }
    }

    /** Forces so many first bytes, each of which is a token. */
    private static LogitProcessor beginning(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] prompt = new int[1];
        return (tokens, logits) -> {
            prompt[0] = prompt[0] == 0 ? tokens.length : prompt[0];
            int at = tokens.length - prompt[0];
            if (at < bytes.length) {
                logits[3 + bytes[at]] = 1e9f;
            }
        };
    }

    private static ToolCall call(String text) {
        List<ToolCall> calls =
                ChatFormats.named("llama-3.1").toolCallParser().parse(text).toolCalls();
        assertEquals(1, calls.size(), text);
        return calls.getFirst();
    }

    private static void assertWeather(ToolCall call) {
        assertEquals("weather", call.name());
        assertEquals(Set.of("city", "days"), call.arguments().keySet());
        assertTrue(
                List.of("Rome", "Oslo").contains(String.valueOf(call.arguments().get("city"))));
        BigInteger days = new BigInteger(String.valueOf(call.arguments().get("days")));
        assertTrue(days.signum() > 0 && days.intValueExact() <= 14, days.toString());
    }

    @Test
    void aCallThatIsRequiredComesAndIsValid() {
        for (int seed = 0; seed < 12; seed++) {
            ToolCall call = call(answer(settings(ToolChoice.REQUIRED, WEATHER, STOP), seed, (tokens, logits) -> {}));
            if (call.name().equals("stop")) {
                assertEquals(Map.of(), call.arguments());
            } else {
                assertWeather(call);
            }
            assertWeather(
                    call(answer(settings(ToolChoice.of("weather"), STOP, WEATHER), seed, (tokens, logits) -> {})));
        }
    }

    @Test
    void whatBeginsLikeACallIsOne() {
        String begins = "{\"name\"";
        for (int seed = 0; seed < 6; seed++) {
            assertWeather(call(answer(settings(ToolChoice.AUTO, WEATHER), seed, beginning(begins))));
            String none = answer(settings(ToolChoice.NONE, WEATHER), seed, beginning(begins));
            assertTrue(none.startsWith("{\"name") && !none.startsWith(begins), none);
            String free = answer(settings(ToolChoice.FREE, WEATHER), seed, beginning(begins));
            assertTrue(free.startsWith(begins), free);
            String said = answer(settings(ToolChoice.AUTO, WEATHER), seed, beginning("On "));
            assertTrue(said.startsWith("On "), said);
        }
    }

    @Test
    void textIsWhatIsNoCall() {
        Pattern text = Pattern.compile(ToolGrammar.text());
        for (String said : List.of(
                "", " ", "a", "\n\nA{\"name\":", "{", "{}", "{ \"", "{\"na", "{\"names\": 1}", "[1]", "{\"a\": 1}")) {
            assertTrue(text.matcher(said).matches(), said);
        }
        for (String called : List.of("{\"name\"", " {\"name\": \"f\"}", "\n{ \"name\" x")) {
            assertFalse(text.matcher(called).matches(), called);
        }
    }

    @Test
    void schemasThatGrammarsDontKnowAreAnyObjectOrRefused() {
        ToolCall call =
                call(answer(settings(ToolChoice.AUTO, ODD), 1, beginning("{\"name\":\"odd\",\"parameters\":{}")));
        assertEquals("odd", call.name());
        String refusal = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> llama.chat(settings(ToolChoice.REQUIRED, ODD)))
                .getMessage());
        assertTrue(refusal.contains("dependentRequired"), refusal);
    }

    @Test
    void choicesThatCannotBeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> llama.chat(settings(ToolChoice.REQUIRED)));
        assertThrows(IllegalArgumentException.class, () -> llama.chat(settings(ToolChoice.of("walk"), WEATHER)));
        GenerationOptions grammar =
                GenerationOptions.builder().grammar(Grammar.json()).build();
        assertThrows(
                IllegalArgumentException.class,
                () -> settings(ToolChoice.REQUIRED, WEATHER).withGeneration(grammar));
    }
}
