// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Segment;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Text;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A Jinja template of a model. It gives one text; which of the control tokens in it are the
 * template's and which were spelled by a message, as a whole or in part, is found by rendering it with {@link StandIns}: in
 * all texts that it is given, for every character that control tokens begin or end with. Where that renders otherwise,
 * since the template looks for such characters itself, only for those that begin or end a control token or may; and where
 * that renders otherwise too, a spelling is a control token only if no text that the template is given holds it, or reaches
 * into it.
 */
final class PromptTemplate {
    private final ChatTemplate template;
    private final ControlSpellings controls;
    private final Map<String, String> tokens;

    PromptTemplate(String source, TokenizerDefinition definition) {
        template = ChatTemplates.compile(source);
        controls = ControlSpellings.of(definition);
        tokens = TemplateVariables.tokens(definition);
    }

    String render(Map<String, @Nullable Object> given, LocalDateTime now) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(tokens);
        variables.put("add_generation_prompt", false);
        variables.putAll(given);
        return template.render(variables, now);
    }

    ChatPrompt prompt(Map<String, @Nullable Object> given, LocalDateTime now) {
        String rendered = render(given, now);
        StandIns standIns = StandIns.of(controls, given + rendered);
        List<BiPredicate<String, Integer>> choices = List.of(controls::mayTouch, controls::touches);
        for (BiPredicate<String, Integer> where : choices) {
            String marked = renderMarked(given, now, standIns, where);
            if (standIns.reveal(marked).equals(rendered)) {
                return new ChatPrompt(revealed(marked, standIns), true);
            }
        }
        return new ChatPrompt(unspelled(rendered, GivenTexts.of(given)), true);
    }

    private String renderMarked(
            Map<String, @Nullable Object> given,
            LocalDateTime now,
            StandIns standIns,
            BiPredicate<String, Integer> where) {
        Map<String, @Nullable Object> hidden = new LinkedHashMap<>();
        given.forEach((name, value) -> hidden.put(name, standIns.hide(value, where)));
        try {
            return render(hidden, now);
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

    private List<Segment> unspelled(String rendered, GivenTexts inputs) {
        PromptBuilder prompt = new PromptBuilder();
        int at = 0;
        for (Segment segment : controls.cut(rendered)) {
            int end = at + segment.text().length();
            if (segment instanceof Text || inputs.maySpell(rendered, at, end)) {
                prompt.text(segment.text());
            } else {
                prompt.control(segment.text());
            }
            at = end;
        }
        return prompt.segments();
    }
}
