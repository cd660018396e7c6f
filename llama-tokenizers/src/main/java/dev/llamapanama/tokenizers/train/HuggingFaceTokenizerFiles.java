// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.AddedToken;
import dev.llamapanama.tokenizers.RankedMerges;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.bpe.TextParts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer as the files that transformers reads: {@code tokenizer.model} for SentencePiece, {@code tokenizer.json} for byte-level BPE, and for
 * both {@code tokenizer_config.json}, which has the chat template, too.
 */
public final class HuggingFaceTokenizerFiles {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String TYPE = "type";
    private static final String BYTE_LEVEL = "ByteLevel";

    private final TokenizerDefinition tokenizer;
    private final SpecialIds special;

    private HuggingFaceTokenizerFiles(TokenizerDefinition tokenizer) {
        this.tokenizer = tokenizer;
        special = tokenizer.special();
    }

    /**
     * The content of each file, by its name.
     *
     * @throws TokenizerException if these files can't express the tokenizer
     */
    public static SequencedMap<String, byte[]> of(TokenizerDefinition tokenizer) {
        HuggingFaceTokenizerFiles files = new HuggingFaceTokenizerFiles(tokenizer);
        if (!tokenizer.particulars().normalizations().isEmpty()) {
            throw files.refuse("normalizer", tokenizer.particulars().normalizations(), "none");
        }
        boolean sentencePiece = tokenizer.model().equals("llama");
        SequencedMap<String, byte[]> all = new LinkedHashMap<>();
        if (sentencePiece) {
            if (tokenizer.scores().isEmpty()) {
                throw files.refuse("pieces", "merges alone", "scores, as SentencePiece has them");
            }
            all.put("tokenizer.model", SentencePieceFile.bytes(tokenizer));
        } else {
            all.put("tokenizer.json", bytes(files.byteLevel()));
        }
        all.put("tokenizer_config.json", bytes(files.config(sentencePiece)));
        return all;
    }

    private TokenizerException refuse(String field, Object found, String expected) {
        return new TokenizerException(tokenizer.source(), field, found, expected);
    }

    private static byte[] bytes(ObjectNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    }

    private ObjectNode config(boolean sentencePiece) {
        ObjectNode config = MAPPER.createObjectNode();
        config.put("tokenizer_class", sentencePiece ? "LlamaTokenizer" : "PreTrainedTokenizerFast");
        role(config, "bos_token", special.bos());
        role(config, "eos_token", special.eos());
        role(config, "unk_token", special.unknown());
        role(config, "pad_token", special.pad());
        config.put("add_bos_token", special.addBos());
        config.put("add_eos_token", special.addEos());
        config.put("clean_up_tokenization_spaces", false);
        if (sentencePiece) {
            config.put("legacy", tokenizer.whitespace().dummyPrefix() != DummyPrefix.FIRST);
            config.put("add_prefix_space", tokenizer.whitespace().addDummyPrefix());
            ObjectNode added = config.putObject("added_tokens_decoder");
            for (AddedToken token : tokenizer.particulars().addedTokens()) {
                if (isAdded(token.id())) {
                    flags(added.putObject(String.valueOf(token.id())), token.id(), token);
                }
            }
        }
        if (tokenizer.chatTemplate() != null) {
            config.put("chat_template", tokenizer.chatTemplate());
        }
        return config;
    }

    private void role(ObjectNode config, String name, int id) {
        if (id >= 0) {
            config.put(name, tokenizer.pieces().get(id));
        }
    }

    private boolean isAdded(int id) {
        TokenType type = tokenizer.types().get(id);
        return type == TokenType.CONTROL || type == TokenType.USER_DEFINED;
    }

    private void flags(ObjectNode node, int id, AddedToken token) {
        node.put("content", tokenizer.pieces().get(id));
        node.put("single_word", token.singleWord());
        node.put("lstrip", token.lstrip());
        node.put("rstrip", token.rstrip());
        node.put("normalized", token.normalized());
        node.put("special", tokenizer.types().get(id) == TokenType.CONTROL);
    }

    private ObjectNode byteLevel() {
        String pattern = TextParts.pattern(tokenizer.preTokenizer())
                .orElseThrow(() -> refuse("pre-tokenizer", tokenizer.preTokenizer(), "that of Llama 3 or 4"));
        ObjectNode file = MAPPER.createObjectNode();
        file.put("version", "1.0").putNull("truncation").putNull("padding");
        addedTokens(file.putArray("added_tokens"));
        file.putNull("normalizer");
        ObjectNode before = file.putObject("pre_tokenizer").put(TYPE, "Sequence");
        ArrayNode stages = before.putArray("pretokenizers");
        ObjectNode split = stages.addObject().put(TYPE, "Split");
        split.putObject("pattern").put("Regex", pattern);
        split.put("behavior", "Isolated").put("invert", false);
        byteLevel(stages.addObject()).put("use_regex", false);
        template(file.putObject("post_processor"));
        byteLevel(file.putObject("decoder")).put("use_regex", true);
        model(file.putObject("model"));
        return file;
    }

    private static ObjectNode byteLevel(ObjectNode stage) {
        return stage.put(TYPE, BYTE_LEVEL).put("add_prefix_space", false).put("trim_offsets", true);
    }

    private void addedTokens(ArrayNode added) {
        List<AddedToken> flagged = tokenizer.particulars().addedTokens();
        for (int id = 0; id < tokenizer.pieces().size(); id++) {
            if (isAdded(id)) {
                int wanted = id;
                AddedToken plain = new AddedToken(id, false, false, false, false);
                flags(
                        added.addObject().put("id", id),
                        id,
                        flagged.stream()
                                .filter(token -> token.id() == wanted)
                                .findFirst()
                                .orElse(plain));
            }
        }
    }

    /** What is put around a text. */
    private void template(ObjectNode processor) {
        processor.put(TYPE, "TemplateProcessing");
        for (String kind : List.of("single", "pair")) {
            ArrayNode parts = processor.putArray(kind);
            for (String sequence : kind.equals("pair") ? List.of("A", "B") : List.of("A")) {
                int type = sequence.equals("A") ? 0 : 1;
                around(parts, special.addBos(), special.bos(), type);
                parts.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
                around(parts, special.addEos(), special.eos(), type);
            }
        }
        ObjectNode tokens = processor.putObject("special_tokens");
        templateToken(tokens, special.addBos(), special.bos());
        templateToken(tokens, special.addEos(), special.eos());
    }

    private void around(ArrayNode parts, boolean adds, int id, int type) {
        if (adds && id >= 0) {
            parts.addObject()
                    .putObject("SpecialToken")
                    .put("id", tokenizer.pieces().get(id))
                    .put("type_id", type);
        }
    }

    private void templateToken(ObjectNode tokens, boolean adds, int id) {
        if (adds && id >= 0) {
            String spelling = tokenizer.pieces().get(id);
            ObjectNode token = tokens.putObject(spelling).put("id", spelling);
            token.putArray("ids").add(id);
            token.putArray("tokens").add(spelling);
        }
    }

    private void model(ObjectNode model) {
        model.put(TYPE, "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false);
        model.put("ignore_merges", tokenizer.particulars().ignoreMerges());
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokenizer.pieces().size(); id++) {
            if (tokenizer.types().get(id) == TokenType.NORMAL) {
                vocabulary.put(tokenizer.pieces().get(id), id);
            }
        }
        ArrayNode merges = model.putArray("merges");
        List<String> stated = tokenizer.merges();
        for (String merge : stated.isEmpty() ? RankedMerges.of(tokenizer) : stated) {
            int space = merge.indexOf(' ', 1);
            merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
    }
}
