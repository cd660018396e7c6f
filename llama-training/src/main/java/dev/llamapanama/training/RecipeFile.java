// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recipe as JSON: the fields of a record.
 *
 * @param <T> the record
 */
final class RecipeFile<T> {
    private static final String PRESET = "preset";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path file;
    private final Class<T> type;
    private final Map<String, T> presets;
    private final Set<String> optional;

    /**
     * @param presets that a file may name
     * @param optional fields that may be left out even without a preset, and are null then
     */
    RecipeFile(Path file, Class<T> type, Map<String, T> presets, Set<String> optional) {
        this.file = file;
        this.type = type;
        this.presets = presets;
        this.optional = optional;
    }

    static String write(Object recipe) {
        return MAPPER.writeValueAsString(recipe);
    }

    /** @param resolved the recipe with paths that are relative to the file */
    T read(BiFunction<T, RecipeFile<T>, T> resolved) {
        ObjectNode own = object();
        JsonNode all = own;
        if (own.has(PRESET)) {
            JsonNode name = own.remove(PRESET);
            T preset = presets.get(name.asString(""));
            if (preset == null) {
                String known = String.join(" or ", new TreeSet<>(presets.keySet()));
                throw new TrainingFileException(file, PRESET, name, known);
            }
            all = merged(MAPPER.valueToTree(preset), own);
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (!all.hasNonNull(component.getName()) && !optional.contains(component.getName())) {
                throw new TrainingFileException(file, component.getName(), "nothing", "it, or a " + PRESET);
            }
        }
        requireElements("", all);
        try {
            return resolved.apply(MAPPER.treeToValue(all, type), this);
        } catch (JacksonException e) {
            throw refused(e, all);
        }
    }

    /** Nulls may stand for fields, where these are optional, but not in lists. */
    private void requireElements(String path, JsonNode node) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            requireElements(path + field.getKey() + ".", field.getValue());
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            if (node.get(i).isNull()) {
                throw new TrainingFileException(file, path + i, "nothing", "an element");
            }
            requireElements(path + i + ".", node.get(i));
        }
    }

    private ObjectNode object() {
        try {
            JsonNode node = MAPPER.readTree(Files.readString(file));
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new TrainingFileException(file, "content", node.getNodeType(), "a JSON object");
        } catch (JacksonException e) {
            throw new TrainingFileException(file, "content", e.getOriginalMessage(), "a JSON object");
        } catch (IOException e) {
            throw new TrainingFileException(file, e);
        }
    }

    private static ObjectNode merged(ObjectNode preset, ObjectNode own) {
        own.properties().forEach(entry -> {
            JsonNode there = preset.get(entry.getKey());
            preset.set(
                    entry.getKey(),
                    there instanceof ObjectNode below && entry.getValue() instanceof ObjectNode above
                            ? merged(below, above)
                            : entry.getValue());
        });
        return preset;
    }

    /**
     * A path that stands in the file.
     *
     * @throws TrainingFileException if it is empty, or no path
     */
    String resolve(String field, String path) {
        if (path.isEmpty()) {
            throw new TrainingFileException(file, field, "nothing", "a path");
        }
        try {
            return file.resolveSibling(path).toString();
        } catch (InvalidPathException e) {
            throw new TrainingFileException(file, field, path, "a path");
        }
    }

    /** @throws TrainingFileException if there are none */
    <E> List<E> requireAny(String field, List<E> found) {
        if (found.isEmpty()) {
            throw new TrainingFileException(file, field, "none", "at least one");
        }
        return found;
    }

    private TrainingFileException refused(JacksonException e, JsonNode all) {
        String field = e.getPath().stream()
                .map(part -> part.getPropertyName() == null ? "" + part.getIndex() : part.getPropertyName())
                .collect(Collectors.joining("."));
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FieldException value) {
                String at = field.isEmpty() ? value.field() : field + "." + value.field();
                return new TrainingFileException(file, at, value.found(), value.expected());
            }
            if (cause instanceof NullPointerException) {
                return new TrainingFileException(file, field, "nothing", "a value for each field");
            }
            if (cause instanceof IllegalArgumentException value) {
                return new TrainingFileException(
                        file, field, String.valueOf(value.getMessage()), "a value in its range");
            }
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            String known = new TreeSet<>(unknown.getKnownPropertyIds()).toString();
            return new TrainingFileException(file, field, "an unknown field", "one of " + known);
        }
        JsonNode found = field.isEmpty() ? all : all.at("/" + field.replace('.', '/'));
        return new TrainingFileException(
                file, field, found.isMissingNode() || found.isNull() ? "nothing" : found, e.getOriginalMessage());
    }
}
