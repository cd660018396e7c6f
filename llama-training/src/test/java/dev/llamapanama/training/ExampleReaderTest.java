// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.tuning.Comparison;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Preference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleReaderTest {
    private static final int BOS = 1;
    private static final int EOS = 2;
    private static final String CHAT = """
            {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "the cats"}, {"role": "assistant", "content": "sat"},\
             {"role": "user", "content": "the dogs"}, {"role": "assistant", "content": "the mat"}]}""";

    private final Path folder;
    private final Path text;
    private final Tokenizer pieces;
    private final ExampleReader llama2;

    ExampleReaderTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        text = Files.writeString(
                folder.resolve("text.txt"), "the cats sat on the mat and the dogs sat on the cats\n".repeat(9));
        Path file = folder.resolve("tokenizer.model");
        TokenizerTrainer.sentencePiece(
                        SentencePieceOptions.builder(290).byteFallback(true).build())
                .train(List.of(text))
                .write(file);
        pieces = Tokenizers.open(file);
        llama2 = new ExampleReader(pieces, ChatFormats.named("llama-2"));
    }

    private JsonLine line(String json) {
        List<JsonLine> lines = new ArrayList<>();
        try {
            JsonLine.forEach(Files.writeString(folder.resolve("lines.jsonl"), json + "\n"), lines::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return lines.getFirst();
    }

    private static int[] tokens(Example example) {
        return IntStream.range(0, example.size()).map(example::token).toArray();
    }

    private static int[] answered(Example example) {
        return IntStream.range(0, example.size())
                .filter(example::answered)
                .map(example::token)
                .toArray();
    }

    private static int[] joined(int[]... parts) {
        return IntStream.range(0, parts.length)
                .flatMap(i -> IntStream.of(parts[i]))
                .toArray();
    }

    /** Meta encodes a question and its answer as one text; what follows the bracket is the answer, with the end of text. */
    @Test
    void allThatTheAssistantSaysIsLearnt() {
        Example example = llama2.answered(line(CHAT));

        int[] first = pieces.encode("[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nthe cats [/INST] sat ");
        int[] second = pieces.encode("[INST] the dogs [/INST] the mat ");
        assertArrayEquals(
                joined(new int[] {BOS}, first, new int[] {EOS, BOS}, second, new int[] {EOS}), tokens(example));
        int question = pieces.encode("[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nthe cats [/INST]").length;
        int other = pieces.encode("[INST] the dogs [/INST]").length;
        assertArrayEquals(
                joined(
                        IntStream.of(first).skip(question).toArray(),
                        new int[] {EOS},
                        IntStream.of(second).skip(other).toArray(),
                        new int[] {EOS}),
                answered(example));
        assertEquals("sat", pieces.decode(answered(example)).strip().substring(0, 3));
    }

    @Test
    void headersOfLlama3AreNotLearntButEndsOfTurnsAre() throws IOException {
        Path file = folder.resolve("ranks.model");
        TokenizerTrainer.tiktoken(270).train(List.of(text)).write(file);
        Tokenizer ranks = Tokenizers.open(file);
        ExampleReader llama3 = new ExampleReader(ranks, ChatFormats.named("llama-3"));
        int end = ranks.idOf("<|eot_id|>").orElseThrow();

        Example example = llama3.answered(line(CHAT));

        assertArrayEquals(
                joined(ranks.encode("sat"), new int[] {end}, ranks.encode("the mat"), new int[] {end}),
                answered(example));
        assertEquals(ranks.idOf("<|begin_of_text|>").orElseThrow(), example.token(0));
        Preference pair = llama3.preference(
                line(
                        "{\"prompt\": [{\"role\": \"user\", \"content\": \"hi\"}], \"chosen\": \"sat\", \"rejected\": \"on\"}"));
        assertArrayEquals(ranks.encode("sat"), answered(pair.chosen()));
        assertArrayEquals(ranks.encode("on"), answered(pair.rejected()));
        assertArrayEquals(joined(ranks.encode("sat"), new int[] {end}), answered(pair.likely()));
    }

    /** What the assistant said before is a part of the prompt. */
    @Test
    void ofAConversationTheLastAnswerIsCompared() {
        Preference pair = llama2.preference(line(CHAT.replace("\"messages\"", "\"prompt\"")
                .replace(
                        ", {\"role\": \"assistant\", \"content\": \"the mat\"}]}",
                        "], \"chosen\": \"the mat\", \"rejected\": \"on\"}")));
        int[] question = pieces.encode("[INST] the dogs [/INST]");
        int[] answer = IntStream.of(pieces.encode("[INST] the dogs [/INST] the mat "))
                .skip(question.length)
                .toArray();
        assertArrayEquals(answer, answered(pair.chosen()));
        assertArrayEquals(joined(answer, new int[] {EOS}), answered(pair.likely()));
    }

    /** Llama 3.2 states the date, which is another tomorrow. */
    @Test
    void theDateIsAlwaysTheSame() throws IOException {
        Path file = folder.resolve("ranks.model");
        TokenizerTrainer.tiktoken(270).train(List.of(text)).write(file);
        Tokenizer ranks = Tokenizers.open(file);
        Example example = new ExampleReader(ranks, ChatFormats.named("llama-3.2")).answered(line(CHAT));
        assertTrue(ranks.decode(tokens(example)).contains("Today Date: 26 Jul 2024"), ranks.decode(tokens(example)));
    }

    @Test
    void aCompletionIsLearntToItsEnd() {
        Example example = llama2.answered(line("{\"prompt\": \"the cats\", \"completion\": \" sat on\"}"));

        int[] all = pieces.encode("the cats sat on");
        assertArrayEquals(joined(new int[] {BOS}, all, new int[] {EOS}), tokens(example));
        int prompt = pieces.encode("the cats").length;
        assertArrayEquals(joined(IntStream.of(all).skip(prompt).toArray(), new int[] {EOS}), answered(example));
    }

    @Test
    void ofAnEmptyPromptAllIsLearntButTheBegin() {
        Example example = llama2.answered(line("{\"prompt\": \"\", \"completion\": \"the mat\"}"));
        assertArrayEquals(joined(pieces.encode("the mat"), new int[] {EOS}), answered(example));
        assertEquals(BOS, example.token(0));
    }

    /** A token of the prompt's last and the completion's first character can't be masked in half. */
    @Test
    void aTokenIsAnsweredWhereAnyOfItsTextIs() {
        Example example = llama2.answered(line("{\"prompt\": \"the ca\", \"completion\": \"ts\"}"));
        assertArrayEquals(joined(new int[] {BOS}, pieces.encode("the cats"), new int[] {EOS}), tokens(example));
        String learnt = pieces.decode(answered(example));
        assertTrue(learnt.endsWith("ts"), learnt);
    }

    @Test
    void comparisonsHaveMargins() {
        Comparison found = llama2.comparison(
                line("{\"prompt\": \"the\", \"chosen\": \" cats\", \"rejected\": \" mat\", \"margin\": 1.5}"));
        assertEquals(1.5, found.margin());
        assertArrayEquals(joined(new int[] {BOS}, pieces.encode("the mat"), new int[] {EOS}), tokens(found.rejected()));
        assertEquals(
                0,
                llama2.comparison(line("{\"prompt\": \"the\", \"chosen\": \" cats\", \"rejected\": \" mat\"}"))
                        .margin());
    }

    @Test
    void promptsEndWhereAnswersBegin() {
        assertArrayEquals(joined(new int[] {BOS}, pieces.encode("the")), llama2.prompt(line("{\"prompt\": \"the\"}")));
        assertArrayEquals(
                joined(new int[] {BOS}, pieces.encode("[INST] the [/INST]")),
                llama2.prompt(line("{\"prompt\": [{\"role\": \"user\", \"content\": \"the\"}]}")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"prompt": "the"}                                          | completion: found nothing, expected a string
            {"prompt": 1, "completion": "a"}                           | prompt: found NUMBER, expected a string
            {"messages": []}                                           | messages: found ARRAY, expected a list of messages
            {"messages": "hi"}                                         | messages: found STRING, expected a list of messages
            {"messages": ["hi"]}                                       | messages: found STRING, expected messages with role and content
            {"messages": [{"role": "nobody", "content": "hi"}]}        | messages: found
            {"messages": [{"role": "assistant", "content": "hi"}]}     | messages: found
            {"messages": [{"role": "user", "content": "hi"}]}          | messages: found none of the assistant, expected one that is learnt
            """)
    void badLinesAreTold(String json, String message) {
        JsonLine line = line(json);
        String found = String.valueOf(assertThrows(TrainingFileException.class, () -> llama2.answered(line))
                .getMessage());
        assertTrue(found.startsWith(folder.resolve("lines.jsonl") + ": line 1, " + message), found);
    }

    @Test
    void moreBadLines() {
        JsonLine margin = line("{\"prompt\": \"the\", \"chosen\": \" cats\", \"rejected\": \" mat\", \"margin\": -1}");
        assertThrows(TrainingFileException.class, () -> llama2.comparison(margin));
        JsonLine infinite =
                line("{\"prompt\": \"the\", \"chosen\": \" cats\", \"rejected\": \" mat\", \"margin\": 1e400}");
        assertThrows(TrainingFileException.class, () -> llama2.comparison(infinite));
        JsonLine empty = line("{\"prompt\": \"the\", \"chosen\": \" cats\", \"rejected\": \"\"}");
        assertThrows(TrainingFileException.class, () -> llama2.preference(empty));
        JsonLine chat = line(CHAT);
        ExampleReader without = new ExampleReader(pieces, null);
        String message = String.valueOf(assertThrows(TrainingFileException.class, () -> without.answered(chat))
                .getMessage());
        assertTrue(
                message.endsWith("messages: found a model without a chat format, expected chatFormat in the recipe"),
                message);
        assertThrows(TrainingFileException.class, () -> line("{\"prompt\": "));
    }
}
