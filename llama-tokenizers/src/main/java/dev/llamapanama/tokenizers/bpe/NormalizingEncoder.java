// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Normalizes a stretch of text before another encoder takes it. */
final class NormalizingEncoder implements TextEncoder {
    /** Stands for the text before the stretch, so that what begins at 0 begins the text. */
    private static final char BEFORE = '\uFFFD';

    private final TextNormalizer normalizer;
    private final TextEncoder within;

    NormalizingEncoder(TextNormalizer normalizer, TextEncoder within) {
        this.normalizer = normalizer;
        this.within = within;
    }

    @Override
    public void encode(char[] text, int from, int to, TokenSink sink) {
        NormalizedText normalized = new NormalizedText(to - from + 1, sink.wantsPlaces());
        if (from > 0) {
            normalized.add(BEFORE, from);
        }
        int start = normalized.length();
        normalized.addAll(normalizer.normalize(text, from, to, sink.wantsPlaces()));
        int first = sink.size();
        within.encode(normalized.letters(), start, normalized.length(), sink);
        sink.moveToOrigin(first, normalized);
    }
}
