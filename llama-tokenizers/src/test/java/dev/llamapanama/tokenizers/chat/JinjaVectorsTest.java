// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Templates and what jinja2 itself makes of them. */
final class JinjaVectorsTest {

    static Stream<JsonNode> vectors() throws Exception {
        try (InputStream file = JinjaVectorsTest.class.getResourceAsStream("jinja-vectors.json")) {
            return JsonMapper.shared().readTree(file).get("vectors").valueStream();
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void rendersAsJinja2Does(JsonNode vector) {
        Map<String, @Nullable Object> variables =
                JsonValues.object(JsonValues.read(vector.get("variables").toString()));
        String template = vector.get("template").asString();
        if (vector.has("fails")) {
            assertThrows(
                    ChatException.class, () -> ChatTemplates.compile(template).render(variables));
        } else {
            assertEquals(
                    vector.get("text").asString(),
                    ChatTemplates.compile(template).render(variables));
        }
    }
}
