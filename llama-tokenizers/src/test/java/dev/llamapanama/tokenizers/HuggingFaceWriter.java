// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes definitions as {@code tokenizer.json}, as Hugging Face's converters do: merges are all pairs of tokens whose
 * spellings joined are a token, by that token's score or rank.
 */
final class HuggingFaceWriter {
    static final String PREPEND = """
            {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
             {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""";
    static final String STRIPPING = """
            {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
             {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""";
    static final String LLAMA_3 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String LLAMA_4 =
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                    + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                    + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                    + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final JsonMapper mapper = JsonMapper.shared();
    private final ObjectNode root = mapper.createObjectNode();
    private final ObjectNode model = root.putObject("model");
    private final ObjectNode vocabulary = mapper.createObjectNode();
    private final ArrayNode added = root.putArray("added_tokens");

    /** SentencePiece in the way of Llama 1 and 2. */
    static HuggingFaceWriter sentencePiece(TokenizerDefinition definition) {
        HuggingFaceWriter writer = new HuggingFaceWriter(definition, definition.scores());
        writer.set("normalizer", PREPEND).set("decoder", STRIPPING).template("<s>", 1);
        writer.model.put("unk_token", "<unk>").put("fuse_unk", true);
        writer.model.put("byte_fallback", definition.types().contains(TokenType.BYTE));
        return writer;
    }

    /** Byte-level BPE in the way of Llama 3 and 4; ids are ranks. */
    static HuggingFaceWriter byteLevel(TokenizerDefinition definition, String regex) {
        List<Float> ranks = new ArrayList<>();
        definition.pieces().forEach(piece -> ranks.add((float) -ranks.size()));
        HuggingFaceWriter writer = new HuggingFaceWriter(definition, ranks);
        writer.model.put("ignore_merges", true).put("byte_fallback", false);
        ArrayNode stages =
                writer.root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        stages.addObject()
                .put("type", "Split")
                .put("behavior", "Isolated")
                .put("invert", false)
                .putObject("pattern")
                .put("Regex", regex);
        stages.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false);
        writer.root.putObject("decoder").put("type", "ByteLevel");
        return writer;
    }

    private HuggingFaceWriter(TokenizerDefinition definition, List<Float> scores) {
        model.put("type", "BPE").putNull("dropout");
        List<String> pieces = definition.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            TokenType type = definition.types().get(id);
            if (type == TokenType.NORMAL || type == TokenType.BYTE || type == TokenType.UNKNOWN) {
                vocabulary.put(pieces.get(id), id);
            }
            if (type == TokenType.CONTROL || type == TokenType.USER_DEFINED) {
                added(id, pieces.get(id), type == TokenType.CONTROL);
            }
        }
        model.set("vocab", vocabulary);
        ArrayNode merges = model.putArray("merges");
        merges(definition, scores).forEach(merges::add);
    }

    private static List<String> merges(TokenizerDefinition definition, List<Float> scores) {
        Map<String, Integer> ids = new HashMap<>();
        List<String> pieces = definition.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            if (definition.types().get(id) == TokenType.NORMAL) {
                ids.put(pieces.get(id), id);
            }
        }
        List<Integer> order = new ArrayList<>(ids.values());
        order.sort(Comparator.<Integer, Float>comparing(scores::get).reversed());
        List<String> merges = new ArrayList<>();
        for (int id : order) {
            String piece = pieces.get(id);
            for (int cut = 1; cut < piece.length(); cut++) {
                String left = piece.substring(0, cut);
                String right = piece.substring(cut);
                if (ids.containsKey(left) && ids.containsKey(right)) {
                    merges.add(left + ' ' + right);
                }
            }
        }
        return merges;
    }

    HuggingFaceWriter added(int id, String content, boolean special) {
        added.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
        return this;
    }

    /** An added token with some of the flags {@code single_word}, {@code lstrip}, {@code rstrip}, {@code normalized}. */
    HuggingFaceWriter flagged(int id, String content, boolean special, String... flags) {
        added(id, content, special);
        for (String flag : flags) {
            ((ObjectNode) added.get(added.size() - 1)).put(flag, true);
        }
        return this;
    }

    /** Sets a field to JSON. */
    HuggingFaceWriter set(String name, String json) {
        root.set(name, mapper.readTree(json));
        return this;
    }

    /** Sets a field of the model to JSON. */
    HuggingFaceWriter setModel(String name, String json) {
        model.set(name, mapper.readTree(json));
        return this;
    }

    /** A post-processor that puts a token before the text. */
    HuggingFaceWriter template(String token, int id) {
        return set("post_processor", """
                {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "%1$s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                 "special_tokens": {"%1$s": {"id": "%1$s", "ids": [%2$d], "tokens": ["%1$s"]}}}""".formatted(token, id));
    }

    /** Merges as pairs, as newer files have them. */
    HuggingFaceWriter pairs() {
        ArrayNode pairs = mapper.createArrayNode();
        model.get("merges").forEach(merge -> {
            String[] parts = merge.asString().split(" ", 2);
            pairs.addArray().add(parts[0]).add(parts[1]);
        });
        model.set("merges", pairs);
        return this;
    }

    String json() {
        return root.toString();
    }

    byte[] toBytes() {
        return json().getBytes(StandardCharsets.UTF_8);
    }

    TokenizerDefinition definition() {
        return Tokenizers.read("test", toBytes());
    }

    Tokenizer tokenizer() {
        return Tokenizers.of(definition());
    }
}
