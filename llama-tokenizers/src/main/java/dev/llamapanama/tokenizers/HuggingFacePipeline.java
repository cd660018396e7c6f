// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} does to text before its model and to tokens after it, in the two ways in which Llamas do it:
 *
 * <ul>
 *   <li>Llama 1 and 2: spaces become U+2581 and one is put before the text, by the normalizers {@code Prepend} and
 *       {@code Replace} or by the pre-tokenizer {@code Metaspace}; the decoder takes it off again.
 *   <li>Llama 3 and 4: a regular expression splits the text, whose bytes are written in {@linkplain ByteAlphabet a
 *       printable alphabet}.
 * </ul>
 *
 * Before either, text may be {@linkplain Normalization normalized}. Everything else is refused by its name.
 *
 * @param model the algorithm, in the words of GGUF
 * @param preTokenizer the regular expression, or empty
 * @param whitespace what happens to spaces
 * @param splitSpaces whether every space begins a word, that is encoded alone
 * @param normalizations what becomes of text before that
 */
record HuggingFacePipeline(
        String model,
        String preTokenizer,
        Whitespace whitespace,
        boolean splitSpaces,
        List<Normalization> normalizations) {
    private static final String SPACE = "\u2581";
    private static final String KNOWN_PRE_TOKENIZERS = "Metaspace, or a Sequence of Split and ByteLevel";

    static HuggingFacePipeline of(HuggingFaceFile file) {
        JsonPart top = file.top();
        List<JsonPart> preTokenizers = stages(top, "pre_tokenizer", "pretokenizers");
        HuggingFaceNormalizers normalizers = HuggingFaceNormalizers.of(top);
        boolean byteLevel = preTokenizers.stream().anyMatch(part -> isOf(part, "ByteLevel"));
        if (byteLevel) {
            return byteLevel(top, normalizers, preTokenizers);
        }
        DummyPrefix prefix = prefix(top, normalizers, preTokenizers);
        return new HuggingFacePipeline(
                "llama",
                "",
                new Whitespace(prefix, false),
                // Metaspace splits unless it says otherwise.
                !preTokenizers.isEmpty() && preTokenizers.getFirst().flag("split", true),
                normalizers.normalizations());
    }

    /** What a field holds one of, or several within a {@code Sequence}; {@code null} is none. */
    static List<JsonPart> stages(JsonPart top, String name, String listName) {
        JsonPart part = top.part(name);
        if (part == null) {
            return List.of();
        }
        return isOf(part, "Sequence") ? part.parts(listName) : List.of(part);
    }

    private static HuggingFacePipeline byteLevel(
            JsonPart top, HuggingFaceNormalizers normalizers, List<JsonPart> preTokenizers) {
        Require.that(
                !normalizers.replaces(),
                top.source(),
                "normalizer",
                "Replace of spaces by U+2581",
                "none such before ByteLevel");
        JsonPart split = preTokenizers.getFirst();
        JsonPart bytes = preTokenizers.getLast();
        boolean known = preTokenizers.size() == 2 && isOf(split, "Split") && isOf(bytes, "ByteLevel");
        Require.that(known, top.source(), "pre_tokenizer", names(preTokenizers), KNOWN_PRE_TOKENIZERS);
        requireText(split, "behavior", "Isolated");
        requireFlag(split, "invert", false, false);
        requireFlag(bytes, "add_prefix_space", true, false);
        requireFlag(bytes, "use_regex", true, false);
        JsonPart decoder = top.part("decoder");
        if (decoder == null || !isOf(decoder, "ByteLevel")) {
            throw new TokenizerException(top.source(), "decoder", name(decoder), "ByteLevel");
        }
        return new HuggingFacePipeline(
                "gpt2", pattern(split, "Regex"), new Whitespace(false, false), false, normalizers.normalizations());
    }

    /** Where a space is put, which has to be where the decoder takes it off again. */
    private static DummyPrefix prefix(JsonPart top, HuggingFaceNormalizers normalizers, List<JsonPart> preTokenizers) {
        DummyPrefix prefix = prefix(top.source(), normalizers, preTokenizers);
        List<JsonPart> decoders = stages(top, "decoder", "decoders");
        boolean strips = HuggingFaceDecoder.strips(top.source(), decoders);
        Require.that(
                strips == (prefix != DummyPrefix.NONE),
                top.source(),
                "decoder",
                names(decoders) + (strips ? ", which takes a space off" : ", which takes no space off"),
                "one that takes a space off where one is put before the text");
        return prefix;
    }

    private static DummyPrefix prefix(String source, HuggingFaceNormalizers normalizers, List<JsonPart> preTokenizers) {
        if (!normalizers.replaces()) {
            Require.that(
                    preTokenizers.size() == 1,
                    source,
                    "pre_tokenizer",
                    names(preTokenizers),
                    KNOWN_PRE_TOKENIZERS + "; or a normalizer that ends with Replace of spaces by U+2581");
            return metaspacePrefix(preTokenizers.getFirst(), normalizers.normalizations());
        }
        if (!preTokenizers.isEmpty()) {
            throw preTokenizers.getFirst().refuse("type", "none after Replace of spaces");
        }
        return normalizers.prepends() ? DummyPrefix.EVERY : DummyPrefix.NONE;
    }

    private static DummyPrefix metaspacePrefix(JsonPart metaspace, List<Normalization> normalizations) {
        if (!isOf(metaspace, "Metaspace")) {
            throw metaspace.refuse("type", KNOWN_PRE_TOKENIZERS);
        }
        requireText(metaspace, "replacement", SPACE);
        DummyPrefix prefix = schemeOf(metaspace);
        // What Hugging Face takes for the first text depends on what becomes of its first character.
        if (prefix == DummyPrefix.FIRST_WITHOUT && normalizations.stream().anyMatch(HuggingFacePipeline::mayTakeAway)) {
            throw metaspace.refuse("prepend_scheme", "always or never after Strip, StripAccents or Replace");
        }
        return prefix;
    }

    private static boolean mayTakeAway(Normalization normalization) {
        return normalization instanceof Normalization.Strip
                || normalization instanceof Normalization.StripAccents
                || normalization instanceof Normalization.Replace;
    }

    /** {@code prepend_scheme}, or in files from before it {@code add_prefix_space}. */
    static DummyPrefix schemeOf(JsonPart metaspace) {
        String scheme = Optional.ofNullable(metaspace.text("prepend_scheme"))
                .orElse(metaspace.flag("add_prefix_space", true) ? "always" : "never");
        return switch (scheme) {
            case "always" -> DummyPrefix.EVERY_WITHOUT;
            case "first" -> DummyPrefix.FIRST_WITHOUT;
            case "never" -> DummyPrefix.NONE;
            default -> throw metaspace.refuse("prepend_scheme", "always, first or never");
        };
    }

    static boolean isOf(JsonPart part, String type) {
        return type.equals(part.text("type"));
    }

    /** The pattern of a stage, which is of a kind: a {@code String} or a {@code Regex}; not empty. */
    static String pattern(JsonPart stage, String kind) {
        JsonPart pattern = stage.part("pattern");
        String text = pattern == null ? null : pattern.text(kind);
        if (text == null || text.isEmpty()) {
            throw stage.refuse("pattern", "a " + kind);
        }
        return text;
    }

    static void requireText(JsonPart part, String name, String expected) {
        if (!expected.equals(part.text(name))) {
            throw part.refuse(name, '"' + expected + '"');
        }
    }

    private static void requireFlag(JsonPart part, String name, boolean absent, boolean expected) {
        if (part.flag(name, absent) != expected) {
            throw part.refuse(name, String.valueOf(expected));
        }
    }

    /** Types of the stages, for messages. */
    static String names(List<JsonPart> stages) {
        return stages.isEmpty()
                ? "none"
                : String.join(
                        ", ", stages.stream().map(HuggingFacePipeline::name).toList());
    }

    private static String name(@Nullable JsonPart part) {
        return part == null ? "none" : part.words("type");
    }
}
