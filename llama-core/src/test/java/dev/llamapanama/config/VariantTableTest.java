// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue against a second transcription of the published table, which writes every number out. */
class VariantTableTest {

    /** Scaling S8, S32 and S16 are "llama3" by that factor: low 1, high 4 (1 for S16), original context 8192. */
    private static final String TABLE = """
            # dim layers heads/kv headDim ffn vocabulary context eps theta/scaling tied parameters : ids
            4096 32 32/32 128 11008 32000 2048 1e-6 1e4 no 6738415616 : llama1-7b openllama-7b vicuna-7b-v1.3
            5120 40 40/40 128 13824 32000 2048 1e-6 1e4 no 13015864320 : llama1-13b openllama-13b vicuna-13b-v1.3
            6656 60 52/52 128 17920 32000 2048 1e-6 1e4 no 32528943616 : llama1-33b
            8192 80 64/64 128 22016 32000 2048 1e-5 1e4 no 65285660672 : llama1-65b
            4096 32 32/32 128 11008 32000 4096 1e-5 1e4 no 6738415616 : llama2-7b
            4096 32 32/32 128 11008 32000 4096 1e-5 1e4 no 6738415616 : llama2-7b-chat llama-guard-1-7b vicuna-7b-v1.5
            5120 40 40/40 128 13824 32000 4096 1e-5 1e4 no 13015864320 : llama2-13b llama2-13b-chat vicuna-13b-v1.5
            8192 48 64/8 128 22016 32000 4096 1e-5 1e4 no 33743970304 : llama2-34b
            8192 80 64/8 128 28672 32000 4096 1e-5 1e4 no 68976648192 : llama2-70b llama2-70b-chat
            4096 32 32/32 128 11008 32016 16384 1e-5 1e6 no 6738546688 : codellama-7b codellama-7b-instruct
            4096 32 32/32 128 11008 32000 16384 1e-5 1e6 no 6738415616 : codellama-7b-python
            5120 40 40/40 128 13824 32016 16384 1e-5 1e6 no 13016028160 : codellama-13b codellama-13b-instruct
            5120 40 40/40 128 13824 32000 16384 1e-5 1e6 no 13015864320 : codellama-13b-python
            8192 48 64/8 128 22016 32000 16384 1e-5 1e6 no 33743970304 : codellama-34b
            8192 48 64/8 128 22016 32000 16384 1e-5 1e6 no 33743970304 : codellama-34b-python codellama-34b-instruct
            8192 80 64/8 128 28672 32016 16384 1e-5 1e6 no 68976910336 : codellama-70b
            8192 80 64/8 128 28672 32016 4096 1e-5 1e4 no 68976910336 : codellama-70b-python codellama-70b-instruct
            4096 32 32/8 128 14336 128256 8192 1e-5 5e5 no 8030261248 : llama3-8b llama3-8b-instruct llama-guard-2-8b
            8192 80 64/8 128 28672 128256 8192 1e-5 5e5 no 70553706496 : llama3-70b llama3-70b-instruct
            4096 32 32/8 128 14336 128256 131072 1e-5 5e5/S8 no 8030261248 : llama3.1-8b llama3.1-8b-instruct
            4096 32 32/8 128 14336 128256 131072 1e-5 5e5/S8 no 8030261248 : llama-guard-3-8b llama-guard-3-8b-int8
            8192 80 64/8 128 28672 128256 131072 1e-5 5e5/S8 no 70553706496 : llama3.1-70b llama3.1-70b-instruct
            8192 80 64/8 128 28672 128256 131072 1e-5 5e5/S8 no 70553706496 : llama3.3-70b-instruct
            16384 126 128/8 128 53248 128256 131072 1e-5 5e5/S8 no 405853388800 : llama3.1-405b llama3.1-405b-instruct
            2048 16 32/8 64 8192 128256 131072 1e-5 5e5/S32 yes 1235814400 : llama3.2-1b llama3.2-1b-instruct
            3072 28 24/8 128 8192 128256 131072 1e-5 5e5/S32 yes 3212749824 : llama3.2-3b llama3.2-3b-instruct
            2048 16 32/8 64 8192 128256 8192 1e-5 5e5/S32 yes 1235814400 : llama3.2-1b-instruct-spinquant
            2048 16 32/8 64 8192 128256 8192 1e-5 5e5/S32 yes 1235814400 : llama3.2-1b-instruct-qlora
            3072 28 24/8 128 8192 128256 8192 1e-5 5e5/S32 yes 3212749824 : llama3.2-3b-instruct-spinquant
            3072 28 24/8 128 8192 128256 8192 1e-5 5e5/S32 yes 3212749824 : llama3.2-3b-instruct-qlora
            4096 32 32/8 128 14336 128256 131072 1e-5 5e5/S8 no 8030261248 : llama3.2-11b-vision
            4096 32 32/8 128 14336 128256 131072 1e-5 5e5/S8 no 8030261248 : llama3.2-11b-vision-instruct
            4096 32 32/8 128 14336 128256 131072 1e-5 5e5/S8 no 8030261248 : llama-guard-3-11b-vision
            8192 80 64/8 128 28672 128256 131072 1e-5 5e5/S8 no 70553706496 : llama3.2-90b-vision
            8192 80 64/8 128 28672 128256 131072 1e-5 5e5/S8 no 70553706496 : llama3.2-90b-vision-instruct
            2048 16 32/8 64 8192 128256 131072 1e-5 5e5/S8 no 1498482688 : llama-guard-3-1b
            2048 12 32/8 64 6400 128256 131072 1e-5 5e5 no 1123076096 : llama-guard-3-1b-int4
            5120 48 40/8 128 8192 202048 131072 1e-5 5e5 no 11129164800 : llama-guard-4-12b
            5120 48 40/8 128 16384 202048 262144 1e-5 5e5/S16 no 107769861120 : llama4-scout
            5120 48 40/8 128 16384 202048 10485760 1e-5 5e5/S16 no 107769861120 : llama4-scout-instruct
            5120 48 40/8 128 16384 202048 262144 1e-5 5e5 no 400711848960 : llama4-maverick
            5120 48 40/8 128 16384 202048 1048576 1e-5 5e5 no 400711848960 : llama4-maverick-instruct
            5120 48 40/8 128 16384 202048 1048576 1e-5 5e5 no 400711848960 : llama4-maverick-instruct-fp8
            2048 22 32/4 64 5632 32000 2048 1e-5 1e4 no 1100048384 : tinyllama-1.1b
            3200 26 32/32 100 8640 32000 2048 1e-6 1e4 no 3426473600 : openllama-3b
            576 30 9/3 64 1536 49152 8192 1e-5 1e5 yes 134515008 : smollm2-135m
            960 32 15/5 64 2560 49152 8192 1e-5 1e5 yes 361821120 : smollm2-360m
            2048 24 32/32 64 8192 49152 8192 1e-5 1.3e5 yes 1711376384 : smollm2-1.7b
            576 30 9/3 64 1536 49152 2048 1e-5 1e4 yes 134515008 : smollm-135m
            960 32 15/5 64 2560 49152 2048 1e-5 1e4 yes 361821120 : smollm-360m
            2048 24 32/32 64 8192 49152 2048 1e-5 1e4 yes 1711376384 : smollm-1.7b
            64 5 8/4 8 172 512 512 1e-5 1e4 yes 260032 : stories260k
            288 6 6/6 48 768 32000 256 1e-5 1e4 yes 15191712 : stories15m
            512 8 8/8 64 1376 32000 1024 1e-5 1e4 yes 41689600 : stories42m
            768 12 12/12 64 2048 32000 1024 1e-5 1e4 yes 109529856 : stories110m
            """;

    static Stream<Row> rows() {
        return TABLE.lines().filter(line -> !line.startsWith("#")).map(Row::parse);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hasTheShapeOfTheTable(Row row) {
        for (String id : row.ids()) {
            LlamaConfig config = LlamaVariant.byId(id).config();
            assertEquals(row.shape(), shapeOf(config), id);
            assertEquals(row.parameters(), config.parameterCount(), id);
        }
    }

    @Test
    void theTableCoversTheCatalogue() {
        Set<String> inTable = new HashSet<>();
        rows().forEach(row -> inTable.addAll(row.ids()));
        Set<String> inCatalogue = new HashSet<>();
        LlamaVariant.all().forEach(variant -> inCatalogue.add(variant.id()));

        assertEquals(inTable, inCatalogue);
    }

    /** A line of the table: the columns up to the tied head as one string, then the count. */
    record Row(String shape, long parameters, List<String> ids) {
        static Row parse(String line) {
            String columns = line.substring(0, line.indexOf(" : "));
            int last = columns.lastIndexOf(' ');
            return new Row(
                    columns.substring(0, last),
                    Long.parseLong(columns.substring(last + 1)),
                    Arrays.asList(line.substring(line.indexOf(" : ") + 3).split(" ")));
        }
    }

    private static String shapeOf(LlamaConfig c) {
        return String.format(
                Locale.ROOT,
                "%d %d %d/%d %d %d %d %d %s %s %s",
                c.dim(),
                c.layers(),
                c.heads(),
                c.kvHeads(),
                c.headDim(),
                c.ffnDim(),
                c.vocabSize(),
                c.contextLength(),
                power(c.normEps()),
                power(c.rope().theta()) + scalingOf(c),
                c.tiedEmbeddings() ? "yes" : "no");
    }

    @Test
    void idsMayBeWrittenAsPublished() {
        assertEquals("llama3.2-1b", LlamaVariant.byId("Llama-3.2-1B").id());
        assertEquals(
                "codellama-7b-instruct",
                LlamaVariant.byId("CodeLlama-7B-Instruct").id());
    }

    /** A number as the table writes it: 5e5, 1.3e5, 1e-6. */
    private static String power(double value) {
        int exponent = (int) Math.floor(Math.log10(value) + 1e-9);
        String digits = String.format(Locale.ROOT, "%.3f", value / Math.pow(10, exponent));
        return digits.replaceAll("\\.?0+$", "") + "e" + exponent;
    }

    private static String scalingOf(LlamaConfig config) {
        return switch (config.rope().scaling()) {
            case RopeScaling.None _ -> "";
            case RopeScaling.Llama3 llama3 -> {
                assertEquals(1, llama3.lowFrequencyFactor());
                assertEquals(llama3.factor() == 16 ? 1 : 4, llama3.highFrequencyFactor());
                assertEquals(8192, llama3.originalContext());
                yield "/S" + Math.round(llama3.factor());
            }
            case RopeScaling other -> "/" + other;
        };
    }
}
