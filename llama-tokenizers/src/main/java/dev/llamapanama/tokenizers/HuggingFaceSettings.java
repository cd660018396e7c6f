// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.Neighbours.Neighbour;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private static final String MORE_TEMPLATES = "additional_chat_templates";
    private static final String CHAT_TEMPLATE = "chat_template";
    private static final String DEFAULT = "default";
    private static final String JINJA = ".jinja";

    private final Neighbours beside;
    private final Optional<JsonPart> config;
    private final List<JsonPart> maps;

    /** Jinja sources by the names of their uses. */
    private final Map<String, String> templates;

    HuggingFaceSettings(Neighbours beside) {
        this.beside = beside;
        config = object(beside, CONFIG);
        maps = Stream.of(config, object(beside, SPECIAL))
                .flatMap(Optional::stream)
                .toList();
        templates = readNamedTemplates();
        readChatTemplate().ifPresent(template -> templates.put(DEFAULT, template));
    }

    private static Optional<JsonPart> object(Neighbours beside, String name) {
        return beside.find(name).map(file -> UntrustedJson.object(file.source(), file.content()));
    }

    SpecialIds special(HuggingFaceTemplate template, @Nullable String unknown, List<String> pieces) {
        SpecialIds spelled = new SpecialIds(
                id(pieces, template.before(), "<s>", "<|begin_of_text|>"),
                id(pieces, template.after(), "</s>", "<|end_of_text|>"),
                id(pieces, unknown),
                id(pieces, "<|finetune_right_pad_id|>", "<|finetune_right_pad|>", "<pad>"),
                -1,
                -1,
                // A Llama is given its begin token, also where a file, as the first ones of Llama 3, doesn't say so.
                !template.stated() || template.before() != null,
                template.after() != null);
        return told(spelled, spelled.unknown(), pieces);
    }

    /** What another file states of ids, with what is told here. */
    SpecialIds special(SpecialIds stated, List<String> pieces) {
        return told(stated, idOr(stated.unknown(), pieces, told("unk_token")), pieces);
    }

    private SpecialIds told(SpecialIds stated, int unknown, List<String> pieces) {
        int bos = idOr(stated.bos(), pieces, told("bos_token"));
        int eos = idOr(stated.eos(), pieces, told("eos_token"));
        return new SpecialIds(
                bos,
                eos,
                unknown,
                idOr(stated.pad(), pieces, told("pad_token")),
                idOr(stated.eot(), pieces, "<|eot_id|>", "<|eot|>"),
                idOr(stated.eom(), pieces, "<|eom_id|>", "<|eom|>"),
                flag("add_bos_token", stated.addBos()) && bos >= 0,
                flag("add_eos_token", stated.addEos()) && eos >= 0);
    }

    private static int idOr(int otherwise, List<String> pieces, @Nullable String... spellings) {
        int told = id(pieces, spellings);
        return told >= 0 ? told : otherwise;
    }

    /** The tokens that {@code tokenizer_config.json} adds, by their ids. */
    SortedMap<Integer, JsonPart> added() {
        SortedMap<Integer, JsonPart> added = new TreeMap<>();
        config.flatMap(settings -> Optional.ofNullable(settings.part("added_tokens_decoder")))
                .ifPresent(tokens -> tokens.names().forEach(id -> added.put(number(tokens, id), token(tokens, id))));
        return added;
    }

    private static int number(JsonPart tokens, String id) {
        if (!id.matches("[0-9]{1,9}")) {
            throw tokens.refuse(id, "an id for its name");
        }
        return Integer.parseInt(id);
    }

    private static JsonPart token(JsonPart tokens, String id) {
        JsonPart token = tokens.part(id);
        if (token == null) {
            throw tokens.refuse(id, "a token");
        }
        return token;
    }

    /** Another file's definition, with what the folder says beside it. */
    TokenizerDefinition applied(TokenizerDefinition stated) {
        return maps.isEmpty() && templates.isEmpty() ? stated : new HuggingFaceAdditions(stated, this).definition();
    }

    /** Where a space is put before text, by those of its users that do as SentencePiece does. */
    DummyPrefix prefix(DummyPrefix stated) {
        if (stated != DummyPrefix.EVERY) {
            return stated;
        }
        return !flag("add_prefix_space", true)
                ? DummyPrefix.NONE
                : flag("legacy", true) ? DummyPrefix.EVERY : DummyPrefix.FIRST;
    }

    /** Id of the first spelling that is a token, or −1. */
    private static int id(List<String> pieces, @Nullable String... spellings) {
        return Stream.of(spellings)
                .filter(Objects::nonNull)
                // Such tokens mostly stand at the end.
                .mapToInt(pieces::lastIndexOf)
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

    /** Jinja source of the template for every use but the certain ones, or null. */
    @Nullable
    String chatTemplate() {
        return templates.get(DEFAULT);
    }

    /** Jinja sources for certain uses, by their names. */
    Map<String, String> templates() {
        Map<String, String> certain = new TreeMap<>(templates);
        certain.remove(DEFAULT);
        return certain;
    }

    /** {@code chat_template.jinja}, or what older folders have in the configuration. */
    private Optional<String> readChatTemplate() {
        return beside.find(TEMPLATE)
                .map(HuggingFaceSettings::text)
                .or(() -> config.flatMap(HuggingFaceSettings::onlyTemplate));
    }

    private static Optional<String> onlyTemplate(JsonPart config) {
        return config.isList(CHAT_TEMPLATE) ? Optional.empty() : Optional.ofNullable(config.text(CHAT_TEMPLATE));
    }

    /** Files of their own, or what older folders have in the configuration. */
    private Map<String, String> readNamedTemplates() {
        Map<String, String> named = new TreeMap<>();
        config.filter(settings -> settings.isList(CHAT_TEMPLATE))
                .ifPresent(settings -> settings.parts(CHAT_TEMPLATE)
                        .forEach(each -> named.put(each.required("name"), each.required("template"))));
        for (String name : beside.list(MORE_TEMPLATES)) {
            if (name.endsWith(JINJA)) {
                String use = name.substring(0, name.length() - JINJA.length());
                beside.find(MORE_TEMPLATES + '/' + name).ifPresent(file -> named.put(use, text(file)));
            }
        }
        return named;
    }

    private static String text(Neighbour file) {
        return Utf8.decode(file.source(), "content", file.content());
    }
}
