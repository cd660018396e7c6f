// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.Neighbours.Neighbour;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a folder of Hugging Face says of its tokenizer outside {@code tokenizer.json}. The role of a token is told by
 * {@code tokenizer_config.json}, else by {@code special_tokens_map.json}, else by the post-processor, else by the
 * spellings that Meta gives them. {@code generation_config.json} isn't read: what it adds, ids that end a generation, is
 * known by the spelling of those tokens.
 */
final class HuggingFaceSettings {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SPECIAL = "special_tokens_map.json";
    private static final String TEMPLATE = "chat_template.jinja";

    private final Neighbours beside;
    private final Optional<JsonPart> config;
    private final List<JsonPart> maps;

    HuggingFaceSettings(Neighbours beside) {
        this.beside = beside;
        config = object(beside, CONFIG);
        maps = Stream.of(config, object(beside, SPECIAL))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<JsonPart> object(Neighbours beside, String name) {
        return beside.find(name).map(file -> UntrustedJson.object(file.source(), file.content()));
    }

    SpecialIds special(HuggingFaceTemplate template, @Nullable String unknown, List<String> pieces) {
        int bos = id(pieces, told("bos_token"), template.before(), "<s>", "<|begin_of_text|>");
        // What ends a text isn't always what a template puts after one.
        int eos = id(pieces, told("eos_token"), template.after(), "</s>", "<|end_of_text|>");
        return new SpecialIds(
                bos,
                eos,
                id(pieces, unknown),
                id(pieces, told("pad_token"), "<|finetune_right_pad_id|>", "<|finetune_right_pad|>", "<pad>"),
                id(pieces, "<|eot_id|>", "<|eot|>"),
                id(pieces, "<|eom_id|>", "<|eom|>"),
                // A Llama is given its begin token, also where a file, as the first ones of Llama 3, doesn't say so.
                flag("add_bos_token", !template.stated() || template.before() != null) && bos >= 0,
                flag("add_eos_token", template.after() != null) && eos >= 0);
    }

    /** Id of the first spelling that is a token, or −1. */
    private static int id(List<String> pieces, @Nullable String... spellings) {
        return Stream.of(spellings)
                .filter(Objects::nonNull)
                .mapToInt(pieces::indexOf)
                .filter(id -> id >= 0)
                .findFirst()
                .orElse(-1);
    }

    private @Nullable String told(String role) {
        Function<JsonPart, Optional<String>> spelling = map -> Optional.ofNullable(spelling(map, role));
        return maps.stream().map(spelling).flatMap(Optional::stream).findFirst().orElse(null);
    }

    /** Text, or an object with the text as its content. */
    private static @Nullable String spelling(JsonPart map, String role) {
        JsonPart token = map.isObject(role) ? map.part(role) : null;
        return token == null ? map.text(role) : token.text("content");
    }

    private boolean flag(String name, boolean otherwise) {
        return config.map(settings -> settings.flag(name, otherwise)).orElse(otherwise);
    }

    /** Jinja source, or null: {@code chat_template.jinja}, or what older folders have in the configuration. */
    @Nullable
    String chatTemplate() {
        Optional<Neighbour> file = beside.find(TEMPLATE);
        if (file.isPresent()) {
            return Utf8.decode(file.get().source(), "content", file.get().content());
        }
        return config.map(HuggingFaceSettings::chatTemplate).orElse(null);
    }

    private static @Nullable String chatTemplate(JsonPart config) {
        String field = "chat_template";
        if (!config.isList(field)) {
            return config.text(field);
        }
        return config.parts(field).stream()
                .filter(named -> "default".equals(named.text("name")))
                .map(named -> named.words("template"))
                .findFirst()
                .orElse(null);
    }
}
