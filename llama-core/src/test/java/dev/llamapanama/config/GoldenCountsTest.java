// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts of published models against numbers computed by an independent script. */
class GoldenCountsTest {
    private static final int F16_BYTES = 2;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # id                  , parameters   , multiplied per token, KV bytes per token in F16
            llama1-7b             , 6738415616   , 6607077376  , 524288
            llama1-13b            , 13015864320  , 12851609600 , 819200
            llama1-33b            , 32528943616  , 32315146240 , 1597440
            llama1-65b            , 65285660672  , 65022197760 , 2621440
            llama2-7b             , 6738415616   , 6607077376  , 524288
            llama2-13b            , 13015864320  , 12851609600 , 819200
            llama2-34b            , 33743970304  , 33481031680 , 196608
            llama2-70b            , 68976648192  , 68713185280 , 327680
            codellama-7b          , 6738546688   , 6607142912  , 524288
            codellama-7b-python   , 6738415616   , 6607077376  , 524288
            codellama-13b         , 13016028160  , 12851691520 , 819200
            codellama-13b-python  , 13015864320  , 12851609600 , 819200
            codellama-34b         , 33743970304  , 33481031680 , 196608
            codellama-70b         , 68976910336  , 68713316352 , 327680
            llama3-8b             , 8030261248   , 7504658432  , 131072
            llama3-70b            , 70553706496  , 69501714432 , 327680
            llama3.1-8b           , 8030261248   , 7504658432  , 131072
            llama3.1-70b          , 70553706496  , 69501714432 , 327680
            llama3.3-70b-instruct , 70553706496  , 69501714432 , 327680
            llama3.1-405b         , 405853388800 , 403747897344, 516096
            llama3.2-1b           , 1235814400   , 1235746816  , 32768
            llama3.2-3b           , 3212749824   , 3212574720  , 114688
            llama3.2-11b-vision   , 8030261248   , 7504658432  , 131072
            llama3.2-90b-vision   , 70553706496  , 69501714432 , 327680
            llama-guard-3-1b-int4 , 1123076096   , 860356608   , 24576
            llama-guard-4-12b     , 11129164800  , 10094182400 , 196608
            llama4-scout          , 107769861120 , 16137912320 , 196608
            llama4-maverick       , 400711848960 , 16149708800 , 196608
            tinyllama-1.1b        , 1100048384   , 1034420224  , 22528
            openllama-3b          , 3426473600   , 3323904000  , 332800
            smollm2-135m          , 134515008    , 134479872   , 23040
            smollm2-360m          , 361821120    , 361758720   , 40960
            smollm2-1.7b          , 1711376384   , 1711276032  , 196608
            stories260k           , 260032       , 259328      , 640
            stories15m            , 15191712     , 15187968    , 6912
            stories42m            , 41689600     , 41680896    , 16384
            stories110m           , 109529856    , 109510656   , 36864
            """)
    void countsWeightsAndCacheBytes(String id, long parameters, long multiplied, long kvBytes) {
        LlamaConfig config = LlamaVariant.byId(id).config();

        assertEquals(parameters, config.parameterCount(), "parameters");
        assertEquals(multiplied, config.matmulParametersPerToken(), "multiplied");
        assertEquals(kvBytes, config.kvBytesPerToken(F16_BYTES), "KV bytes");
        if (config.moe() == null) {
            assertEquals(parameters, config.activeParameterCount(), "active: all, without experts");
        }
    }

    @ParameterizedTest
    @CsvSource({"llama4-scout, 17172894720", "llama4-maverick, 17184691200"})
    void leavesOutExpertsThatATokenDoesNotVisit(String id, long active) {
        assertEquals(active, LlamaVariant.byId(id).config().activeParameterCount());
    }

    @ParameterizedTest
    @CsvSource({
        "llama2-7b   , 0   , 13214154752",
        "llama2-7b   , 2048, 14287896576",
        "llama3-8b   , 8192, 19304284160",
        "llama3.2-1b , 1024, 2605711360",
        "llama4-scout, 1024, 33282457600",
    })
    void countsOperationsOfOneToken(String id, long context, long flops) {
        assertEquals(flops, LlamaVariant.byId(id).config().flopsPerToken(context));
    }

    @ParameterizedTest
    @CsvSource({"llama4-scout-instruct, 516604035072", "llama4-maverick-instruct, 52747567104"})
    void keepsOneChunkInChunkedLayers(String id, long bytes) {
        LlamaConfig config = LlamaVariant.byId(id).config();

        assertEquals(bytes, config.kvBytes(config.contextLength(), F16_BYTES));
    }

    @Test
    void keepsEveryPositionWithinOneChunkOrWithoutChunks() {
        LlamaConfig scout = LlamaVariant.byId("llama4-scout").config();
        LlamaConfig dense = LlamaVariant.byId("llama3.1-405b").config();

        assertEquals(8192 * 196_608L, scout.kvBytes(8192, F16_BYTES));
        assertEquals(8192 * 196_608L + 12 * 4096, scout.kvBytes(8193, F16_BYTES));
        assertEquals(131_072 * 516_096L, dense.kvBytes(131_072, F16_BYTES));
        assertEquals(0, dense.kvBytes(0, F16_BYTES));
    }

    /** The published total is the decoder, its cross-attention, 8 rows for image tokens, encoder and projection. */
    @ParameterizedTest
    @CsvSource({
        "llama3.2-11b-vision, 1744898064 , 32768, 822530579, 31461376, 10629184035",
        "llama3.2-11b-vision, 1744898064 , 32768, 809996819, 31461376, 10616650275",
        "llama3.2-90b-vision, 17113093160, 65536, 822530579, 62922752, 88552318523",
    })
    void countsCrossAttention(String id, long cross, long imageRows, long encoder, long projection, long total) {
        LlamaConfig config = LlamaVariant.byId(id).config();

        assertEquals(cross, config.crossAttentionParameterCount());
        assertEquals(total, config.parameterCount() + cross + imageRows + encoder + projection);
        assertEquals(imageRows, 8L * config.dim());
    }

    @ParameterizedTest
    @CsvSource({
        "llama3.2-11b-vision, 1601, 209846272",
        "llama3.2-11b-vision, 1025, 134348800",
        "llama3.2-90b-vision, 1601, 524615680",
    })
    void countsCrossAttentionCacheOfFourTiles(String id, int tokensPerTile, long bytes) {
        assertEquals(bytes, LlamaVariant.byId(id).config().crossAttentionKvBytes(4 * tokensPerTile, F16_BYTES));
    }

    @ParameterizedTest
    @CsvSource({
        "llama4-scout     , 108641793536",
        "llama4-maverick  , 401583781376",
        "llama-guard-4-12b, 12001097216",
    })
    void addsUpToThePublishedTotalOfLlama4(String id, long total) {
        long encoder = 811_115_008;
        long adapter = 39_845_888;
        long projection = 20_971_520;

        assertEquals(total, LlamaVariant.byId(id).config().parameterCount() + encoder + adapter + projection);
    }

    /** Published sizes of files, less the replicated norms and the overhead of zip archives. */
    @Test
    void agreesWithTheFilesOfThe405B() {
        LlamaConfig config = LlamaVariant.byId("llama3.1-405b").config();
        LlamaConfig sixteenFiles = config.toBuilder().kvHeads(16).build();

        assertEquals(811_706_777_600L, 2 * config.parameterCount());
        assertEquals(820_162_494_464L, 2 * sixteenFiles.parameterCount());
    }

    @Test
    void agreesWithTheHuggingFaceIndexOfLlama3() {
        assertEquals(
                16_060_522_496L, 2 * LlamaVariant.byId("llama3-8b").config().parameterCount());
    }
}
