// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedForwardWidthTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            # id          , multiple of, multiplier, width
            llama1-7b     , 256 , 1  , 11008
            llama1-13b    , 256 , 1  , 13824
            llama1-33b    , 256 , 1  , 17920
            llama1-65b    , 256 , 1  , 22016
            llama2-7b     , 256 , 1  , 11008
            llama2-13b    , 256 , 1  , 13824
            llama2-34b    , 256 , 1  , 22016
            llama2-70b    , 4096, 1.3, 28672
            codellama-34b , 256 , 1  , 22016
            llama3-8b     , 1024, 1.3, 14336
            llama3-70b    , 4096, 1.3, 28672
            llama3.1-405b , 4096, 1.2, 53248
            llama3.2-1b   , 256 , 1.5, 8192
            llama3.2-3b   , 256 , 1.0, 8192
            llama4-scout  , 2048, 1.2, 16384
            stories260k   , 4   , 1  , 172
            stories15m    , 32  , 1  , 768
            stories42m    , 32  , 1  , 1376
            stories110m   , 32  , 1  , 2048
            """)
    void derivesThePublishedWidth(String id, int multipleOf, double multiplier, int width) {
        LlamaConfig config = LlamaVariant.byId(id).config();

        assertEquals(width, new FeedForwardWidth(multipleOf, multiplier).of(config.dim()));
        assertEquals(width, config.ffnDim());
    }

    @Test
    void sharesTheWidthOfLlama4AmongExperts() {
        assertEquals(8192, new FeedForwardWidth(2048, 1.2).ofExpert(5120, 1));
    }

    @Test
    void refusesImpossibleParameters() {
        Refusals.assertRefused("multiple_of: found 0, expected a positive number", () -> new FeedForwardWidth(0, 1));
        Refusals.assertRefused(
                "ffn_dim_multiplier: found NaN, expected a positive finite number",
                () -> new FeedForwardWidth(1, Double.NaN));
        FeedForwardWidth width = new FeedForwardWidth(256, 1e9);
        Refusals.assertRefused("dim: found -1, expected a positive number", () -> width.of(-1));
        Refusals.assertRefused(
                "capacity_factor: found -1.0, expected a finite number of 0 or more", () -> width.ofExpert(8, -1));
        Refusals.assertRefused(
                "feed-forward width: found 10922000000000, expected 1 to 2^31 - 1", () -> width.of(4096));
        Refusals.assertRefused(
                "feed-forward width: found 0, expected 1 to 2^31 - 1", () -> new FeedForwardWidth(8, 1e-9).of(8));
    }
}
