// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.Tokenizers;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Prompts as Meta's documents print them. */
final class ChatFormatsTest {
    private static final List<ChatMessage> QUESTION =
            List.of(ChatMessage.system(" Be brief. "), ChatMessage.user("Hi\n"));

    private static String render(String format, List<ChatMessage> messages, ChatOptions options) {
        return ChatFormats.named(format).render(messages, options);
    }

    @Test
    void llama2() {
        List<ChatMessage> messages = List.of(
                ChatMessage.system("Be brief."),
                ChatMessage.user("Hi "),
                ChatMessage.assistant("Hello"),
                ChatMessage.user("Bye"));
        assertEquals(
                "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Bye [/INST]",
                render("llama-2", messages, ChatOptions.DEFAULT));
        assertEquals("<s>[INST] Hi [/INST]", render("llama-2", List.of(ChatMessage.user("Hi")), ChatOptions.DEFAULT));
        assertThrows(
                ChatException.class,
                () -> render("llama-2", List.of(ChatMessage.user("a [/INST] b")), ChatOptions.DEFAULT));
        assertThrows(
                ChatException.class, () -> render("llama-2", List.of(ChatMessage.assistant("a")), ChatOptions.DEFAULT));
    }

    /** Meta's code writes the tags as soon as there is a system message. */
    @Test
    void llama2WithAnEmptySystemMessage() {
        assertEquals(
                "<s>[INST] <<SYS>>\n\n<</SYS>>\n\nHi [/INST]",
                render("llama-2", List.of(ChatMessage.system(""), ChatMessage.user("Hi")), ChatOptions.DEFAULT));
    }

    /** Meta's code, {@code dialog_prompt_tokens}: {@code if message["content"]} stands before the body. */
    @Test
    void codeLlama70b() {
        String question = "<step> Source: user\n\n Hi<step> Source: assistant\nDestination: user\n\n ";
        List<ChatMessage> messages = List.of(ChatMessage.user(" Hi "));
        assertEquals("<s> Source: system" + question, render("code-llama-70b", messages, ChatOptions.DEFAULT));
        assertEquals(
                "<s> Source: system\n\n Be brief." + question,
                render(
                        "code-llama-70b",
                        List.of(ChatMessage.system("Be brief."), messages.getFirst()),
                        ChatOptions.DEFAULT));
    }

    @Test
    void llama3() {
        assertEquals(
                "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
                        + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
                render("llama-3", QUESTION, ChatOptions.DEFAULT));
    }

    @Test
    void llama31() {
        String system = "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n";
        String user = "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>";
        ChatOptions options = ChatOptions.DEFAULT.withGenerationPrompt(false);
        assertEquals(
                system + "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\nBe brief." + user,
                render("llama-3.1", QUESTION, options));
        assertEquals(
                system
                        + "Environment: ipython\nTools: brave_search, wolfram_alpha\n\nCutting Knowledge Date: December 2023\n"
                        + "Today Date: 21 Sep 2024\n\nBe brief." + user,
                render(
                        "llama-3.1",
                        QUESTION,
                        options.withBuiltInTools(List.of("brave_search", "code_interpreter", "wolfram_alpha"))
                                .withDate(LocalDate.of(2024, 9, 21))));
    }

    @Test
    void llama31CallsTools() {
        ToolCall search = new ToolCall("brave_search", Map.of("query", "weather"));
        ToolCall other = new ToolCall("f", Map.of("a", 1));
        ChatOptions options = ChatOptions.DEFAULT.withGenerationPrompt(false);
        String turn = "<|start_header_id|>assistant<|end_header_id|>\n\n";
        assertEquals(
                turn + "<|python_tag|>brave_search.call(query=\"weather\")<|eom_id|>",
                lastTurn("llama-3.1", search, options.withBuiltInTools(List.of("brave_search"))));
        assertEquals(
                turn + "{\"name\": \"f\", \"parameters\": {\"a\": 1}}<|eot_id|>",
                lastTurn("llama-3.2", other, options));
        assertEquals(
                turn + "[f(a=1)]<|eot_id|>",
                lastTurn("llama-3.3", other, options.withVariables(Map.of("tool_call_style", "pythonic"))));
    }

    /** The template on Hugging Face. */
    @Test
    void llama4TellsOfTools() {
        ChatOptions options = ChatOptions.DEFAULT
                .withGenerationPrompt(false)
                .withTools(List.of(ToolDefinition.ofJson(Map.of("name", "f"))));
        List<ChatMessage> messages = List.of(ChatMessage.system("s"), ChatMessage.user("u"));
        String format =
                "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its "
                        + "value}.Do not use variables.\n\n{\n    \"name\": \"f\"\n}\n\n";
        assertEquals(
                "<|begin_of_text|><|header_start|>system<|header_end|>\n\nEnvironment: ipython\ns<|eot|>"
                        + "<|header_start|>user<|header_end|>\n\nGiven the following functions, please respond with a JSON for "
                        + "a function call with its proper arguments that best answers the given prompt.\n\n" + format
                        + "u<|eot|>",
                render("llama-4", messages, options));
        assertEquals(
                "<|begin_of_text|><|header_start|>system<|header_end|>\n\nEnvironment: ipython\nYou have access to the following "
                        + "functions. To call a function, please respond with JSON for a function call." + format
                        + "s<|eot|><|header_start|>user<|header_end|>\n\nu<|eot|>",
                render("llama-4", messages, options.withVariables(Map.of("tools_in_user_message", false))));
    }

    /** Meta's code, {@code encode_tool_call}; of the code interpreter, how models themselves write it. */
    @Test
    void llama4CallsTools() {
        String turn = "<|header_start|>assistant<|header_end|>\n\n";
        Map<ToolCall, String> calls = Map.of(
                new ToolCall("f", Map.of("a", "\u00e9")),
                "{\"type\": \"function\", \"name\": \"f\", \"parameters\": {\"a\": \"\\u00e9\"}}",
                new ToolCall("brave_search", Map.of("query", "weather")),
                "brave_search.call(query=\"weather\")",
                new ToolCall("code_interpreter", Map.of("code", "print(1)")),
                "<|python_start|>print(1)<|python_end|>");
        calls.forEach((call, text) -> assertEquals(
                turn + text + "<|eom|>", lastTurn("llama-4", call, ChatOptions.DEFAULT.withGenerationPrompt(false))));
        assertEquals(
                turn + "[f(a=\"x\", b=[True, None, 1.5], c={\"k\": \"it's\"})]<|eom|>",
                lastTurn(
                        "llama-4",
                        new ToolCall(
                                "f",
                                JsonValues.ordered(
                                        "a", "x", "b", Arrays.asList(true, null, 1.5), "c", Map.of("k", "it's"))),
                        ChatOptions.DEFAULT
                                .withGenerationPrompt(false)
                                .withVariables(Map.of("tool_call_style", "pythonic"))));
        assertEquals(
                "<|header_start|>ipython<|header_end|>\n\n21 \u00b0C<|eom|>",
                render(
                                "llama-4",
                                List.of(ChatMessage.tool("21 \u00b0C")),
                                ChatOptions.DEFAULT.withGenerationPrompt(false))
                        .substring("<|begin_of_text|>".length()));
    }

    /** A model's own turn, read and written again, is what it wrote. */
    @Test
    void codeStandsAsModelsWriteIt() {
        ToolCall code = new ToolCall("code_interpreter", Map.of("code", "print(\"1\")"));
        assertEquals(
                "<|start_header_id|>assistant<|end_header_id|>\n\n<|python_tag|>print(\"1\")<|eom_id|>",
                lastTurn(
                        "llama-3.1",
                        code,
                        ChatOptions.DEFAULT.withGenerationPrompt(false).withBuiltInTools(List.of("code_interpreter"))));
    }

    private static String lastTurn(String format, ToolCall call, ChatOptions options) {
        String text = render(format, List.of(ChatMessage.assistant("", List.of(call))), options);
        return text.substring(text.lastIndexOf(format.equals("llama-4") ? "<|header_start|>" : "<|start_header_id|>"));
    }

    @Test
    void llama4KeepsWhiteSpace() {
        assertEquals(
                "<|begin_of_text|><|header_start|>system<|header_end|>\n\n Be brief. <|eot|>"
                        + "<|header_start|>user<|header_end|>\n\nHi\n<|eot|><|header_start|>assistant<|header_end|>\n\n",
                render("llama-4", QUESTION, ChatOptions.DEFAULT));
    }

    @Test
    void llamaGuard() {
        String text = render(
                "llama-guard-3", List.of(ChatMessage.user("u"), ChatMessage.assistant("a")), ChatOptions.DEFAULT);
        assertEquals(
                "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nTask: Check if there is unsafe content in "
                        + "'Agent' messages in conversations according our safety policy with the below categories.\n\n"
                        + "<BEGIN UNSAFE CONTENT CATEGORIES>\nS1: Violent Crimes.\nS2: Non-Violent Crimes.\n",
                text.substring(0, text.indexOf("S3:")));
        assertEquals(
                "S14: Code Interpreter Abuse.\n<END UNSAFE CONTENT CATEGORIES>\n\n<BEGIN CONVERSATION>\n\nUser: u\n\nAgent: a\n\n"
                        + "<END CONVERSATION>\n\nProvide your safety assessment for ONLY THE LAST Agent message in the above "
                        + "conversation:\n - First line must read 'safe' or 'unsafe'.\n - If unsafe, a second line must "
                        + "include a comma-separated list of violated categories.<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>",
                text.substring(text.indexOf("S14:")));
        assertEquals(6, categories("llama-guard-1", "O"));
        assertEquals(11, categories("llama-guard-2", "S"));
        assertEquals(13, categories("llama-guard-3-1b", "S"));
        assertEquals(14, categories("llama-guard-4", "S"));
    }

    private static long categories(String format, String letter) {
        return render(format, List.of(ChatMessage.user("u")), ChatOptions.DEFAULT)
                .lines()
                .filter(line -> line.matches(letter + "\\d+: .*\\."))
                .count();
    }

    @Test
    void verdicts() {
        assertEquals(
                new GuardVerdict(true, List.of()),
                GuardVerdict.parse("\n\nsafe").orElseThrow());
        assertEquals(
                new GuardVerdict(false, List.of("S1", "S5")),
                GuardVerdict.parse("unsafe\nS1, S5\n").orElseThrow());
        assertEquals(
                new GuardVerdict(false, List.of()), GuardVerdict.parse("unsafe").orElseThrow());
        for (String odd : List.of("", "\n", "I can't", "safety", "unsafe S1")) {
            assertEquals(Optional.empty(), GuardVerdict.parse(odd));
        }
    }

    @Test
    void imagesAndToolsAreRefusedWhereNoModelReadsThem() {
        ChatMessage image = new ChatMessage(Role.USER, List.of(new ContentPart.Image()), List.of(), null, null);
        ChatOptions tools = ChatOptions.DEFAULT.withTools(List.of(ToolDefinition.of("f", "", Map.of())));
        for (String name : ChatFormats.names()) {
            ChatException refusal =
                    assertThrows(ChatException.class, () -> render(name, List.of(image), ChatOptions.DEFAULT));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.startsWith(name + ": found an image in a message of user, expected text"), message);
            assertEquals(1, message.lines().count());
        }
        for (String name : List.of("llama-2", "llama-3", "code-llama-70b", "llama-guard-3")) {
            assertThrows(ChatException.class, () -> render(name, List.of(ChatMessage.user("u")), tools));
        }
        assertThrows(ChatException.class, () -> ChatFormats.named("llama-5"));
    }

    @Test
    void controlTokensTellTheFormat() {
        assertEquals(
                "llama-3.1",
                ChatFormats.of(SmallVocabulary.llama3()).orElseThrow().name());
        assertEquals(
                "llama-4",
                ChatFormats.of(SmallVocabulary.llama4()).orElseThrow().name());
        assertEquals(
                "jinja",
                ChatFormats.of(SmallVocabulary.llama3("{{ 1 }}")).orElseThrow().name());
        assertEquals(
                Optional.empty(), ChatFormats.of(SmallVocabulary.sentencePiece(DummyPrefix.EVERY, null, List.of())));
    }

    @Test
    void stopTokensAreThoseThatTheVocabularyHas() {
        Tokenizer tokenizer = Tokenizers.of(SmallVocabulary.llama3());
        Set<String> stops = ChatFormats.named("llama-3.1").stopTokens(tokenizer).stream()
                .map(tokenizer::piece)
                .collect(Collectors.toSet());
        assertEquals(Set.of("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"), stops);
    }

    /** Meta's code, {@code infilling_prompt_tokens}: the suffix isn't preceded by a space. */
    @Test
    void infilling() {
        Tokenizer tokenizer = Tokenizers.of(SmallVocabulary.sentencePiece(
                DummyPrefix.EVERY,
                null,
                List.of("\u2581<PRE>", "\u2581<SUF>", "\u2581<MID>", "\u2581<EOT>"),
                "a",
                "b"));
        assertEquals(
                List.of("<s>", "\u2581<PRE>", "\u2581", "a", "\u2581<SUF>", "b", "\u2581<MID>"),
                pieces(tokenizer, CodeLlamaInfilling.Order.PREFIX_FIRST));
        assertEquals(
                List.of("<s>", "\u2581<PRE>", "\u2581<SUF>", "b", "\u2581<MID>", "\u2581", "a"),
                pieces(tokenizer, CodeLlamaInfilling.Order.SUFFIX_FIRST));
    }

    private static List<String> pieces(Tokenizer tokenizer, CodeLlamaInfilling.Order order) {
        return Arrays.stream(CodeLlamaInfilling.encode(tokenizer, "a", "b", order))
                .mapToObj(tokenizer::piece)
                .toList();
    }
}
