// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.text.Normalizer;
import java.util.List;

/**
 * The normalizers of a {@code tokenizer.json}. Those of Llama 1 and 2, which make spaces U+2581, come last where they are.
 *
 * @param normalizations what comes before
 * @param prepends whether U+2581 is put before the text
 * @param replaces whether spaces become U+2581
 */
record HuggingFaceNormalizers(List<Normalization> normalizations, boolean prepends, boolean replaces) {
    private static final String SPACE = "\u2581";

    static HuggingFaceNormalizers of(JsonPart top) {
        List<JsonPart> stages = HuggingFacePipeline.stages(top, "normalizer", "normalizers");
        List<Normalization> all =
                stages.stream().map(HuggingFaceNormalizers::read).toList();
        int end = all.size();
        boolean replaces = endsWith(all, end, new Normalization.Replace(" ", SPACE));
        end -= replaces ? 1 : 0;
        boolean prepends = replaces && endsWith(all, end, new Normalization.Prepend(SPACE));
        end -= prepends ? 1 : 0;
        return new HuggingFaceNormalizers(all.subList(0, end), prepends, replaces);
    }

    private static boolean endsWith(List<Normalization> all, int end, Normalization last) {
        return end > 0 && all.get(end - 1).equals(last);
    }

    private static Normalization read(JsonPart stage) {
        String type = stage.words("type");
        return switch (type) {
            case "NFC", "NFD", "NFKC", "NFKD" -> new Normalization.UnicodeForm(Normalizer.Form.valueOf(type));
            case "Lowercase" -> new Normalization.Lowercase();
            case "StripAccents" -> new Normalization.StripAccents();
            case "Strip" -> new Normalization.Strip(stage.flag("strip_left", true), stage.flag("strip_right", true));
            case "Replace" ->
                new Normalization.Replace(HuggingFacePipeline.pattern(stage, "String"), stage.required("content"));
            case "Prepend" -> new Normalization.Prepend(stage.required("prepend"));
            default ->
                throw stage.refuse("type", "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace or Prepend");
        };
    }
}
