// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Opens adapters of any format that an {@link AdapterReader} on the module or class path knows. */
public final class Adapters {
    private Adapters() {}

    /**
     * Maps an adapter and checks that it fits to a model; the numbers themselves are not read. The caller closes the result.
     *
     * @param base the shape of the model
     * @return with the scale that is asked for
     * @throws CheckpointException if there is no such file, no reader knows its format, or it can't be applied to the model
     */
    public static StoredAdapter open(AdapterFile file, LlamaConfig base) {
        return readerOf(file).read(file.path(), base).times(file.scale());
    }

    private static AdapterReader readerOf(AdapterFile file) {
        FileStart start = FileStart.of(file.path(), "an adapter");
        List<String> formats = new ArrayList<>();
        for (AdapterReader reader : ServiceLoader.load(AdapterReader.class, AdapterReader.class.getClassLoader())) {
            if (reader.recognises(file.path(), start.bytes())) {
                return reader;
            }
            formats.add(reader.format());
        }
        throw start.refuse(formats);
    }
}
