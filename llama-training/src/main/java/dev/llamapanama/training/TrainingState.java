// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.MixturePosition;
import dev.llamapanama.training.data.TrainingFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a checkpoint holds beside arrays.
 *
 * @param identity what a training can't change while it goes on
 * @param steps done
 * @param tokens seen
 * @param position of a mixture of sources, or null where steps say it
 * @param averaged how many steps the mean of weights is of, which is among the arrays unless it is of none
 */
record TrainingState(
        JsonNode identity,
        long steps,
        long tokens,
        @Nullable MixturePosition position,
        long averaged) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    byte[] toBytes() {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("identity", identity);
        node.put("steps", steps);
        node.put("tokens", tokens);
        node.set("position", MAPPER.valueToTree(position));
        node.put("averaged", averaged);
        return MAPPER.writeValueAsBytes(node);
    }

    static TrainingState of(Path file, byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            return new TrainingState(
                    node.required("identity"),
                    node.required("steps").longValue(),
                    node.required("tokens").longValue(),
                    MAPPER.treeToValue(node.path("position"), MixturePosition.class),
                    node.path("averaged").longValue(0));
        } catch (JacksonException e) {
            throw new TrainingFileException(file, "state", e.getOriginalMessage(), "what a training wrote");
        }
    }
}
