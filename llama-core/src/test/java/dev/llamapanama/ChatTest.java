// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChatTest {
    private static final GenerationOptions BRIEF =
            GenerationOptions.builder().maxTokens(6).temperature(0).build();
    private static final ChatFormat FORMAT = new PlainChatFormat(false);
    private static final ChatSettings SETTINGS =
            ChatSettings.DEFAULT.withFormat(FORMAT).withGeneration(BRIEF);

    @AutoClose
    private final Llama llama;

    ChatTest(@TempDir Path folder) {
        llama = Llama.open(
                TestModel.builder().layers(1).build().writeGguf(folder),
                LlamaOptions.DEFAULT.withThreads(1).withContextLength(120));
    }

    /** What an answer is without anything kept from before. */
    private String fresh(List<ChatMessage> messages) {
        int[] prompt = FORMAT.encode(messages, ChatOptions.DEFAULT, llama.tokenizer());
        try (GenerationStream stream = llama.stream(prompt, BRIEF)) {
            return stream.result().text();
        }
    }

    @Test
    void everyAnswerIsThatOfTheWholeConversation() {
        try (Chat chat = llama.chat(SETTINGS.withSystem("be on time"))) {
            List<ChatMessage> expected = new ArrayList<>(List.of(ChatMessage.system("be on time")));
            for (String question : List.of("once", "upon a time", "on", "once upon")) {
                expected.add(ChatMessage.user(question));
                String answer = fresh(expected);
                StringBuilder pieces = new StringBuilder();
                ChatReply reply = chat.send(question, pieces::append);
                assertEquals(answer, reply.text());
                assertEquals(answer, pieces.toString());
                expected.add(ChatMessage.assistant(answer));
                assertEquals(expected, chat.messages());
            }
            chat.rewind(3);
            expected.subList(3, expected.size()).clear();
            expected.add(ChatMessage.user("time"));
            assertEquals(fresh(expected), chat.send("time").text());
        }
    }

    @Test
    void anAnswerThatIsLeftEarlyStaysAsFarAsItWasRead() {
        try (Chat chat = llama.chat(SETTINGS)) {
            String whole = fresh(List.of(ChatMessage.user("once")));
            String begin;
            try (ChatStream stream = chat.stream("once")) {
                Iterator<String> pieces = stream.iterator();
                begin = pieces.next();
                assertThrows(IllegalStateException.class, () -> chat.send("upon"));
                assertThrows(IllegalStateException.class, stream::iterator);
            }
            assertTrue(whole.startsWith(begin) && begin.length() < whole.length());
            assertEquals(List.of(ChatMessage.user("once"), ChatMessage.assistant(begin)), chat.messages());
            List<ChatMessage> next = new ArrayList<>(chat.messages());
            next.add(ChatMessage.user("upon"));
            assertEquals(fresh(next), chat.send("upon").text());
        }
    }

    @Test
    void theReplyTellsWhyItEnded() {
        try (Chat chat = llama.chat(SETTINGS)) {
            ChatStream stream = chat.stream("once");
            stream.close();
            assertEquals(FinishReason.CANCELLED, stream.reply().finishReason());
            assertEquals(FinishReason.LENGTH, chat.send("upon").finishReason());
        }
    }

    @Test
    void whatDoesNotFitLeavesTheConversationAsItWas() {
        try (Chat chat = llama.chat(SETTINGS)) {
            var _ = chat.send("once");
            List<ChatMessage> before = chat.messages();
            String message = String.valueOf(
                    assertThrows(IllegalArgumentException.class, () -> chat.send("once upon a time ".repeat(99)))
                            .getMessage());
            assertTrue(message.contains("the context length"), message);
            assertEquals(before, chat.messages());
            assertFalse(chat.send("on").text().isEmpty());
        }
    }

    @Test
    void callsArePartOfTheReply() {
        try (Chat chat = llama.chat(SETTINGS.withFormat(new PlainChatFormat(true)))) {
            ChatReply reply = chat.send("once");
            assertEquals("", reply.text());
            String text = fresh(List.of(ChatMessage.user("once")));
            assertEquals(Map.of("text", text), reply.toolCalls().getFirst().arguments());
            var _ = chat.send(
                    List.of(ChatMessage.tool("time").answering(reply.toolCalls().getFirst())));
            assertEquals(
                    List.of(Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT),
                    chat.messages().stream().map(ChatMessage::role).toList());
        }
    }

    @Test
    void chatsSideBySideDoNotMix() {
        try (Chat one = llama.chat(SETTINGS);
                Chat two = llama.chat(SETTINGS)) {
            for (String question : List.of("once", "upon", "time")) {
                List<ChatMessage> ofOne = with(one.messages(), question);
                List<ChatMessage> ofTwo = with(two.messages(), question + " on");
                assertEquals(fresh(ofOne), one.send(question).text());
                assertEquals(fresh(ofTwo), two.send(question + " on").text());
            }
        }
    }

    private static List<ChatMessage> with(List<ChatMessage> messages, String question) {
        List<ChatMessage> all = new ArrayList<>(messages);
        all.add(ChatMessage.user(question));
        return all;
    }

    @Test
    void aClosedChatTakesNoMore() {
        Chat chat = llama.chat(SETTINGS);
        ChatStream open = chat.stream("once");
        chat.close();
        chat.close();
        assertEquals(FinishReason.CANCELLED, open.reply().finishReason());
        assertThrows(IllegalStateException.class, () -> chat.send("upon"));
    }

    @Test
    void refusesWhatItCannotHonour() {
        GenerationOptions echoing = GenerationOptions.builder().echo(true).build();
        assertThrows(IllegalArgumentException.class, () -> ChatSettings.DEFAULT.withGeneration(echoing));
        String message =
                String.valueOf(assertThrows(ChatException.class, llama::chat).getMessage());
        assertTrue(message.contains("found neither a template nor control tokens"), message);
        try (Chat chat = llama.chat(SETTINGS)) {
            assertThrows(IllegalArgumentException.class, () -> chat.rewind(1));
        }
    }
}
