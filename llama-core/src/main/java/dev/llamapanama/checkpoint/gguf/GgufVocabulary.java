// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tokenizers.RankedMerges;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Writes a tokenizer as metadata of a GGUF file: what {@link GgufTokenizer} reads. */
final class GgufVocabulary {
    private final SequencedMap<String, GgufValue> pairs = new LinkedHashMap<>();
    private final TokenizerDefinition tokenizer;

    private GgufVocabulary(TokenizerDefinition tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param model for messages
     * @param vocabSize rows of the embedding, which may be more than there are tokens; unused ones make up for it
     * @throws CheckpointException if there are more tokens than rows, or text is normalized first
     */
    static SequencedMap<String, GgufValue> of(TokenizerDefinition tokenizer, Path model, int vocabSize) {
        int found = tokenizer.pieces().size();
        if (found > vocabSize || found == 0) {
            throw new CheckpointException(
                    model, "tokenizer", found + " tokens in " + tokenizer.source(), "1 to " + vocabSize + " tokens");
        }
        if (!tokenizer.particulars().normalizations().isEmpty()) {
            throw new CheckpointException(
                    model, "tokenizer", "a normalizer in " + tokenizer.source(), "none, as in GGUF");
        }
        GgufVocabulary vocabulary = new GgufVocabulary(tokenizer);
        vocabulary.addModel();
        vocabulary.addTokens(vocabSize - found);
        vocabulary.addSpecial(tokenizer.special());
        return vocabulary.pairs;
    }

    private void put(String name, GgufValue value) {
        pairs.put("tokenizer.ggml." + name, value);
    }

    private void addModel() {
        put("model", GgufValue.string(tokenizer.model()));
        if (!tokenizer.preTokenizer().isEmpty()) {
            put("pre", GgufValue.string(tokenizer.preTokenizer()));
        }
        if (tokenizer.chatTemplate() != null) {
            pairs.put(GgufTokenizer.TEMPLATE, GgufValue.string(tokenizer.chatTemplate()));
        }
        new TreeMap<>(tokenizer.particulars().chatTemplates())
                .forEach((name, source) -> pairs.put(GgufTokenizer.NAMED_TEMPLATE + name, GgufValue.string(source)));
    }

    private void addTokens(int missing) {
        List<String> pieces = new ArrayList<>(tokenizer.pieces());
        List<Integer> types = new ArrayList<>();
        tokenizer.types().forEach(type -> types.add(GgufTokenizer.number(type)));
        List<Float> scores = scores();
        for (int i = 0; i < missing; i++) {
            pieces.add("[PAD" + pieces.size() + "]");
            types.add(GgufTokenizer.number(TokenType.UNUSED));
            if (!scores.isEmpty()) {
                scores.add(-1000f);
            }
        }
        put("tokens", new GgufValue(GgufType.STRING, pieces));
        put("token_type", new GgufValue(GgufType.I32, types));
        if (!scores.isEmpty()) {
            put("scores", new GgufValue(GgufType.F32, scores));
        }
        if (tokenizer.model().equals(GgufTokenizer.BYTE_LEVEL)) {
            List<String> merges = tokenizer.merges();
            put("merges", new GgufValue(GgufType.STRING, merges.isEmpty() ? RankedMerges.of(tokenizer) : merges));
        }
    }

    /** Of SentencePiece, where only merges are stated, those that rank the pieces as their first merges do. */
    private List<Float> scores() {
        if (!tokenizer.scores().isEmpty() || tokenizer.model().equals(GgufTokenizer.BYTE_LEVEL)) {
            return new ArrayList<>(tokenizer.scores());
        }
        Map<String, Float> ranks = new HashMap<>();
        for (String merge : tokenizer.merges()) {
            ranks.putIfAbsent(merge.replace(" ", ""), (float) -ranks.size());
        }
        return new ArrayList<>(tokenizer.pieces().stream()
                .map(piece -> ranks.getOrDefault(piece, 0f))
                .toList());
    }

    private void addSpecial(SpecialIds special) {
        addId("bos", special.bos());
        addId("eos", special.eos());
        addId("unknown", special.unknown());
        addId("padding", special.pad());
        addId("eot", special.eot());
        addId("eom", special.eom());
        put("add_bos_token", GgufValue.flag(special.addBos()));
        put("add_eos_token", GgufValue.flag(special.addEos()));
        put("add_space_prefix", GgufValue.flag(tokenizer.whitespace().addDummyPrefix()));
        put("remove_extra_whitespaces", GgufValue.flag(tokenizer.whitespace().removeExtraWhitespaces()));
    }

    private void addId(String name, int id) {
        if (id >= 0) {
            put(name + "_token_id", GgufValue.u32(id));
        }
    }
}
