// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.convert.Conversion;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
    @TempDir
    Path folder = Path.of("");

    private static final int[] TOKENS = {1, 5, 2, 9, 12, 0, 3, 3, 7, 11, 4};

    @Test
    void beginAsTheyShould() {
        LlamaConfig config = TestNetworks.config()
                .dim(64)
                .ffnDim(256)
                .vocabSize(500)
                .layers(8)
                .build();
        Parameters parameters = Parameters.initial(config, 3);

        assertEquals(0.02, deviation(parameters, "token_embd.weight"), 0.001);
        assertEquals(0.02, deviation(parameters, "output.weight"), 0.001);
        assertEquals(0.02, deviation(parameters, "blk.7.ffn_up.weight"), 0.001);
        assertEquals(0.005, deviation(parameters, "blk.7.ffn_down.weight"), 0.0003);
        assertEquals(0.005, deviation(parameters, "blk.0.attn_output.weight"), 0.0005);
        assertEquals(1, deviation(parameters, "blk.3.attn_norm.weight"));
        assertEquals(1, deviation(parameters, "output_norm.weight"));
        assertEquals(config.parameterCount(), parameters.values().length);
        assertArrayEquals(parameters.values(), Parameters.initial(config, 3).values());
        assertNotEquals(parameters.values()[0], Parameters.initial(config, 4).values()[0]);
    }

    private static double deviation(Parameters parameters, String name) {
        ParameterTensor tensor = Objects.requireNonNull(parameters.tensors().get(name));
        double squares = 0;
        for (int i = 0; i < tensor.size(); i++) {
            squares += Math.pow(parameters.values()[tensor.offset() + i], 2);
        }
        return Math.sqrt(squares / tensor.size());
    }

    @Test
    void survive() {
        Parameters parameters = TestNetworks.parameters(TestNetworks.config().build());
        try (Checkpoint snapshot = parameters.snapshot(Path.of("trained"), null)) {
            float[] before = parameters.values().clone();
            parameters.values()[0] = 77;

            assertArrayEquals(before, Parameters.of(snapshot).values());
        }
    }

    /** The engine's decoder gives the same logits. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areThoseOfTheEngine(boolean tied) {
        LlamaConfig config = TestNetworks.config()
                .tiedEmbeddings(tied)
                .rope(5e5, new RopeScaling.Linear(4))
                .build();
        Parameters parameters = TestNetworks.parameters(config);
        LlamaOptions options = LlamaOptions.DEFAULT.withBackend("cpu-vector").withKvType(DType.F32);

        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(TOKENS.length, 2, false));
                Llama llama = Llama.open(parameters.snapshot(Path.of("trained"), null), options);
                Session session = llama.session(TOKENS.length)) {
            network.forward(Batch.of(List.of(TOKENS)));
            float[] logits = new float[config.vocabSize()];
            for (int row = 0; row < TOKENS.length; row++) {
                network.logits(row, logits);
                assertArrayEquals(session.feed(TOKENS[row]), logits, 1e-4f);
            }
        }
    }

    /** A file that is written of them is a model as any other. */
    @Test
    void areAFile() {
        LlamaConfig config = TestNetworks.config().build();
        Parameters parameters = TestNetworks.parameters(config);
        Path file = folder.resolve("trained.gguf");
        try (Checkpoint snapshot = parameters.snapshot(Path.of("trained"), letters(config.vocabSize()))) {
            Conversion.of(snapshot).type("F32").write(file);
        }
        try (Checkpoint read = Checkpoints.open(file)) {
            assertArrayEquals(parameters.values(), Parameters.of(read).values());
            assertEquals(config.headDim(), read.config().headDim());
            assertEquals(config.normEps(), read.config().normEps(), 1e-12);
        }
    }

    private static TokenizerDefinition letters(int count) {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<TokenType> types = new ArrayList<>(List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL));
        for (int i = pieces.size(); i < count; i++) {
            pieces.add(String.valueOf((char) ('a' + i)));
            types.add(TokenType.NORMAL);
        }
        return new TokenizerDefinition(
                "letters",
                "llama",
                "",
                pieces,
                types,
                Collections.nCopies(count, 0f),
                List.of(),
                new TokenizerDefinition.SpecialIds(1, 2, 0, -1, -1, -1, true, false),
                new TokenizerDefinition.Whitespace(true, false),
                null);
    }
}
