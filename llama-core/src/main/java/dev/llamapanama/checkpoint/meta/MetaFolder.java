// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder as Meta distributes models: {@code params.json} and {@code consolidated.NN.pth}, one for each device. */
record MetaFolder(Path folder) {
    private static final String PARAMS = "params.json";
    private static final Pattern SHARD = Pattern.compile("consolidated\\.[0-9]{2}\\.pth");

    /** @param path the folder or one of its files */
    static MetaFolder of(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return new MetaFolder(Files.isDirectory(path) || parent == null ? path : parent);
    }

    /** Whether the path is such a folder, or one of its files by its name. */
    static boolean isMetaPath(Path path) {
        Path name = path.getFileName();
        if (!Files.isDirectory(path)) {
            return name != null && (isShard(name) || name.toString().equals(PARAMS));
        }
        return Files.isRegularFile(path.resolve("consolidated.00.pth"))
                || (Files.isRegularFile(path.resolve(PARAMS)) && !Files.exists(path.resolve("config.json")));
    }

    Path params() {
        return folder.resolve(PARAMS);
    }

    /**
     * All shards in order.
     *
     * @throws CheckpointException if there is none, or one is missing between others
     */
    List<Path> shards() {
        List<Path> shards = list(folder);
        for (int i = 0; i < Math.max(1, shards.size()); i++) {
            String expected = "consolidated.%02d.pth".formatted(i);
            if (i >= shards.size() || !shards.get(i).endsWith(expected)) {
                throw new CheckpointException(folder, expected, "no such file", "shards numbered from 00 without gaps");
            }
        }
        return shards;
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(MetaFolder::isShard).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(folder, e);
        }
    }

    private static boolean isShard(Path file) {
        return SHARD.matcher(String.valueOf(file.getFileName())).matches();
    }
}
