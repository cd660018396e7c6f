// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Segment;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Text;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The format that a model's own Jinja template writes. A template gives one text; which of the control tokens in it are the
 * template's and which were spelled by a message is found by rendering it with {@link StandIns}: in all texts that it is
 * given, for every character that control tokens begin with. Where that renders otherwise, since the template looks for
 * such characters itself, only for those that begin a control token or may; and where that renders otherwise too, a
 * spelling is a control token only if no text that the template is given holds it.
 */
final class JinjaFormat implements ChatFormat {
    private final ChatTemplate template;
    private final ControlSpellings controls;
    private final Map<String, String> tokens;

    JinjaFormat(String source, TokenizerDefinition definition) {
        template = ChatTemplates.compile(source);
        controls = ControlSpellings.of(definition);
        tokens = TemplateVariables.tokens(definition);
    }

    @Override
    public String name() {
        return "jinja";
    }

    @Override
    public Set<Integer> stopTokens(Tokenizer tokenizer) {
        return BuiltInFormat.stopTokens(tokenizer, List.of());
    }

    @Override
    public ToolCallParser toolCallParser() {
        return ToolCalls.PARSER;
    }

    @Override
    public String render(List<ChatMessage> messages, ChatOptions options) {
        return render(TemplateVariables.of(messages, options), options, now(options));
    }

    private String render(Map<String, @Nullable Object> given, ChatOptions options, LocalDateTime now) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(tokens);
        variables.put("add_generation_prompt", options.addGenerationPrompt());
        variables.putAll(given);
        return template.render(variables, now);
    }

    private static LocalDateTime now(ChatOptions options) {
        LocalDateTime present = LocalDateTime.now(ZoneId.systemDefault());
        return options.date()
                .map(date -> LocalDateTime.of(date, LocalTime.NOON))
                .orElse(present);
    }

    @Override
    public ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        Map<String, @Nullable Object> given = TemplateVariables.of(messages, options);
        LocalDateTime now = now(options);
        String rendered = render(given, options, now);
        String inputs = given + rendered;
        StandIns standIns = StandIns.of(controls.beginnings(), inputs);
        List<BiPredicate<String, Integer>> choices = List.of((text, at) -> true, controls::mayBeginAt);
        for (BiPredicate<String, Integer> where : choices) {
            String marked = renderMarked(given, options, now, standIns, where);
            if (standIns.reveal(marked).equals(rendered)) {
                return new ChatPrompt(revealed(marked, standIns), true);
            }
        }
        return new ChatPrompt(unspelled(rendered, TemplateVariables.texts(given)), true);
    }

    private String renderMarked(
            Map<String, @Nullable Object> given,
            ChatOptions options,
            LocalDateTime now,
            StandIns standIns,
            BiPredicate<String, Integer> where) {
        Map<String, @Nullable Object> hidden = new LinkedHashMap<>();
        given.forEach((name, value) -> hidden.put(name, standIns.hide(value, where)));
        try {
            return render(hidden, options, now);
        } catch (ChatException e) {
            return "";
        }
    }

    private List<Segment> revealed(String marked, StandIns standIns) {
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : controls.cut(marked)) {
            segments.add(segment instanceof Text(String text) ? new Text(standIns.reveal(text)) : segment);
        }
        return segments;
    }

    private List<Segment> unspelled(String rendered, String inputs) {
        PromptBuilder prompt = new PromptBuilder();
        for (Segment segment : controls.cut(rendered)) {
            if (segment instanceof Text || inputs.contains(segment.text())) {
                prompt.text(segment.text());
            } else {
                prompt.control(segment.text());
            }
        }
        return prompt.build().segments();
    }
}
