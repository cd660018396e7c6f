// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.Encoding;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.Role;
import dev.llamapanama.training.tuning.Comparison;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Preference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes tokens of lines of JSON: conversations in a chat format, and plain text. Of a conversation all that the assistant says is answered, with the
 * tokens that end it; of plain text the completion, with the end of text. A token is answered where any of its text is.
 */
final class ExampleReader {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final EncodeOptions PROMPT = EncodeOptions.TEXT.withBos(Boundary.AS_DEFINED);
    /** Some formats state the date: it is one that Meta's state, since the same text must be the same tokens tomorrow. */
    private static final ChatOptions DATED = ChatOptions.DEFAULT.withDate(LocalDate.of(2024, 7, 26));

    private static final ChatOptions ASKING = DATED.withGenerationPrompt(true);
    private static final ChatOptions SAID = DATED.withGenerationPrompt(false);

    private final Tokenizer tokenizer;
    private final @Nullable ChatFormat format;
    /** That end an answer; a loss that compares answers leaves them out. */
    private final Set<Integer> terminators;

    /** @param format of conversations, or null where the model has none */
    ExampleReader(Tokenizer tokenizer, @Nullable ChatFormat format) {
        this.tokenizer = tokenizer;
        this.format = format;
        terminators = new HashSet<>(tokenizer.specialTokens().endOfGeneration());
        if (format != null) {
            terminators.addAll(format.stopTokens(tokenizer));
        }
    }

    /** The tokens that end an answer. */
    Set<Integer> terminators() {
        return Collections.unmodifiableSet(terminators);
    }

    /** {@code {"messages": [...]}}, or {@code {"prompt": text, "completion": text}}. */
    Example answered(JsonLine line) {
        if (!line.json().has("messages")) {
            return completed(line, line.text("prompt"), line.text("completion"));
        }
        List<ChatMessage> messages = messages(line, "messages");
        if (messages.stream().noneMatch(message -> message.role() == Role.ASSISTANT)) {
            throw line.refuse("messages", "none of the assistant", "one that is learnt");
        }
        return chat(line, messages, 0);
    }

    /** {@code {"prompt": text or messages, "chosen": text, "rejected": text}}. */
    Preference preference(JsonLine line) {
        Example chosen = answer(line, "chosen");
        return new Preference(withoutEnd(chosen), withoutEnd(answer(line, "rejected")), chosen);
    }

    /** The same, with {@code "margin": number}, 0 where there is none. */
    Comparison comparison(JsonLine line) {
        JsonNode margin = line.json().path("margin");
        boolean fits = margin.isNumber() && margin.doubleValue() >= 0 && Double.isFinite(margin.doubleValue());
        if (!margin.isMissingNode() && !fits) {
            throw line.refuse("margin", margin, "a number, 0 or more");
        }
        return new Comparison(answer(line, "chosen"), answer(line, "rejected"), margin.asDouble(0));
    }

    /** {@code {"prompt": text or messages}}. */
    int[] prompt(JsonLine line) {
        if (line.json().path("prompt").isString()) {
            return requireBegun(line, tokenizer.encode(line.text("prompt"), PROMPT));
        }
        return encode(line, messages(line, "prompt"), ASKING);
    }

    private Example answer(JsonLine line, String field) {
        String text = line.text(field);
        if (text.isEmpty()) {
            throw line.refuse(field, "nothing", "an answer");
        }
        if (line.json().path("prompt").isString()) {
            return completed(line, line.text("prompt"), text);
        }
        List<ChatMessage> prompt = messages(line, "prompt");
        List<ChatMessage> messages = new ArrayList<>(prompt);
        messages.add(ChatMessage.assistant(text));
        return chat(line, messages, prompt.size());
    }

    private Example completed(JsonLine line, String prompt, String completion) {
        boolean ends = tokenizer.specialTokens().eos().isPresent();
        Encoding encoding = tokenizer.encodeWithOffsets(
                prompt + completion, PROMPT.withEos(ends ? Boundary.ALWAYS : Boundary.NEVER));
        int[] tokens = requireBegun(line, encoding.ids());
        boolean[] answered = new boolean[tokens.length];
        for (int i = 1; i < tokens.length; i++) {
            answered[i] = encoding.end(i) > prompt.length() || prompt.isEmpty() || (ends && i == tokens.length - 1);
        }
        return Example.of(tokens, answered);
    }

    private static int[] requireBegun(JsonLine line, int[] tokens) {
        if (tokens.length == 0) {
            throw line.refuse("prompt", "nothing", "text, since the model has no token that begins it");
        }
        return tokens;
    }

    /** @param from the first message that is an answer if the assistant says it */
    private Example chat(JsonLine line, List<ChatMessage> messages, int from) {
        int[] tokens = encode(line, messages, SAID);
        boolean[] answered = new boolean[tokens.length];
        for (int i = from; i < messages.size(); i++) {
            if (messages.get(i).role() == Role.ASSISTANT) {
                int begin = beginning(line, tokens, encode(line, messages.subList(0, i), ASKING));
                int end = beginning(line, tokens, encode(line, messages.subList(0, i + 1), SAID));
                Arrays.fill(answered, begin, end, true);
            }
        }
        return Example.of(tokens, answered);
    }

    /** How many tokens an earlier state of the conversation had, which it has to begin with. */
    private static int beginning(JsonLine line, int[] tokens, int[] before) {
        int different = Arrays.mismatch(tokens, before);
        if (different >= 0 && different < before.length) {
            throw line.refuse("messages", "a chat format that writes earlier turns anew", "one that only adds to them");
        }
        return before.length;
    }

    private int[] encode(JsonLine line, List<ChatMessage> messages, ChatOptions options) {
        if (format == null) {
            throw line.refuse("messages", "a model without a chat format", "chatFormat in the recipe");
        }
        try {
            return format.encode(messages, options, tokenizer);
        } catch (ChatException e) {
            throw line.refuse("messages", e.getMessage(), "what " + format.name() + " can express");
        }
    }

    private static List<ChatMessage> messages(JsonLine line, String field) {
        JsonNode array = line.json().path(field);
        if (!array.isArray() || array.isEmpty()) {
            throw line.refuse(field, array.isMissingNode() ? "nothing" : array.getNodeType(), "a list of messages");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode each : array) {
            try {
                messages.add(ChatMessage.ofJson(object(line, field, each)));
            } catch (ChatException e) {
                throw line.refuse(field, e.getMessage(), "messages with role and content");
            }
        }
        return messages;
    }

    private static Map<String, @Nullable Object> object(JsonLine line, String field, JsonNode node) {
        if (!node.isObject()) {
            throw line.refuse(field, node.getNodeType(), "messages with role and content");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        node.properties()
                .forEach(entry -> object.put(entry.getKey(), MAPPER.treeToValue(entry.getValue(), Object.class)));
        return object;
    }

    private Example withoutEnd(Example example) {
        int end = example.size();
        while (end > 0 && example.answered(end - 1) && terminators.contains(example.token(end - 1))) {
            end--;
        }
        int last = end;
        return example.answering(at -> at < last && example.answered(at));
    }
}
