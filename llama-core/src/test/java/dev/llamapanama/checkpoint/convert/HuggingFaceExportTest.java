// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HuggingFaceExportTest {
    private static final int END_OF_TURN = 270;

    @TempDir
    private Path folder;

    private JsonNode exported(GgufWriter file) throws IOException {
        try (Checkpoint gguf = Checkpoints.open(file.write(folder.resolve("model.gguf")))) {
            TokenizerDefinition definition = ModelTokenizers.definitionOf(gguf);
            HuggingFaceExport.writeModel(gguf, folder, DType.F32, folder.resolve("tokenizer.bin"), definition);
        }
        return JsonMapper.shared().readTree(Files.readString(folder.resolve("generation_config.json")));
    }

    @Test
    void allTokensThatEndAnAnswerAreThere() throws IOException {
        GgufWriter chat = TestModel.builder().build().gguf().u32("tokenizer.ggml.eot_token_id", END_OF_TURN);
        assertEquals("[2,270]", exported(chat).path("eos_token_id").toString());
    }

    @Test
    void oneTokenIsNoList() throws IOException {
        assertEquals(
                2,
                exported(TestModel.builder().build().gguf())
                        .path("eos_token_id")
                        .asInt());
    }

    /** What is there is read before it is replaced. */
    @Test
    void theTokenizerMayBeTheFoldersOwn() throws IOException {
        Path json = Files.writeString(folder.resolve("tokenizer.json"), "{\"of\": \"the user\"}");
        try (Checkpoint gguf =
                Checkpoints.open(TestModel.builder().build().gguf().write(folder.resolve("model.gguf")))) {
            TokenizerDefinition definition = ModelTokenizers.definitionOf(gguf);
            HuggingFaceExport.writeModel(gguf, folder, DType.F32, json, definition);
            assertEquals("{\"of\": \"the user\"}", Files.readString(json));

            Path model = Files.writeString(folder.resolve("tokenizer.model"), "pieces");
            HuggingFaceExport.writeModel(gguf, folder, DType.F32, model, definition);
            assertEquals("pieces", Files.readString(model));
            assertFalse(Files.exists(json), "of two, transformers would take the other one");
        }
    }
}
