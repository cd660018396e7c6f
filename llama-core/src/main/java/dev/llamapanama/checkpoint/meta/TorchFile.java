// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.meta.Pickled.Dictionary;
import dev.llamapanama.checkpoint.meta.Pickled.Storage;
import dev.llamapanama.checkpoint.meta.Pickled.View;
import dev.llamapanama.checkpoint.meta.ZipEntries.Entry;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * A file that torch.save has written: a ZIP archive with a pickle, which describes tensors, and the storages that they
 * are views of ({@code torch/serialization.py}).
 */
final class TorchFile {
    private static final String PICKLE = "data.pkl";
    private static final long MOST_PICKLE = 1 << 24;
    /** How files begin that PyTorch wrote before version 1.6: a pickle of a number of its own. */
    private static final byte[] OLD_START = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};

    private final MappedFile file;
    private final Map<String, Entry> entries;
    private final String root;

    private TorchFile(MappedFile file) {
        this.file = file;
        checkAge();
        this.entries = ZipEntries.read(file);
        this.root = root();
    }

    /**
     * The weights of a state dictionary, by name and in its order.
     *
     * @param wanted tells by the name; the others may be of any kind
     * @throws CheckpointException if the file isn't such a one, or one that is wanted is no weight
     */
    static SequencedMap<String, TorchTensor> read(MappedFile file, Predicate<String> wanted) {
        TorchFile torch = new TorchFile(file);
        torch.checkByteOrder();
        SequencedMap<String, TorchTensor> tensors = new LinkedHashMap<>();
        torch.stateDictionary().entries().forEach((name, value) -> {
            if (wanted.test(name)) {
                tensors.put(name, torch.tensor(name, value));
            }
        });
        return tensors;
    }

    private Dictionary stateDictionary() {
        Entry pickle = entry(PICKLE);
        if (pickle.length() > MOST_PICKLE) {
            throw refuse(PICKLE, pickle.length() + " bytes", "at most " + MOST_PICKLE);
        }
        Object root = Unpickler.read(
                file.path(),
                file.data().asSlice(pickle.start(), pickle.length()).asByteBuffer());
        if (root instanceof Dictionary dictionary) {
            return dictionary;
        }
        throw refuse(PICKLE, "something else than a dictionary", "a state dictionary");
    }

    private TorchTensor tensor(String name, Object value) {
        if (!(value instanceof View view)) {
            throw refuse(name, "something else than a tensor", "a tensor");
        }
        Storage storage = view.storage();
        Entry data = entry("data/" + storage.key());
        int bytes = StorageType.bytes(storage.type());
        if (storage.elements() > Long.MAX_VALUE / bytes || data.length() != storage.elements() * bytes) {
            String expected = storage.elements() + " elements of " + storage.type();
            throw refuse(data.name(), data.length() + " bytes", expected);
        }
        return TorchTensor.of(file, name, view, data.start());
    }

    private Entry entry(String name) {
        Entry entry = entries.get(root + name);
        if (entry == null) {
            throw refuse(root + name, "no such entry", "one");
        }
        return entry;
    }

    /** The folder of all entries, which is named as the file was when it was written. */
    private String root() {
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith("/" + PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw refuse(PICKLE, pickles.size() + " such entries", "one, as torch.save writes it");
        }
        String pickle = pickles.getFirst();
        return pickle.substring(0, pickle.length() - PICKLE.length());
    }

    private void checkAge() {
        MemorySegment start =
                file.data().asSlice(0, Math.min(OLD_START.length, file.data().byteSize()));
        if (start.mismatch(MemorySegment.ofArray(OLD_START)) == -1) {
            throw refuse("format", "that of PyTorch before 1.6", "a ZIP archive, as torch.save writes it since");
        }
    }

    private void checkByteOrder() {
        Entry order = entries.get(root + "byteorder");
        if (order == null) {
            return;
        }
        long bytes = Math.min(order.length(), 16);
        String found = StandardCharsets.ISO_8859_1
                .decode(file.data().asSlice(order.start(), bytes).asByteBuffer())
                .toString();
        if (!found.equals("little")) {
            throw refuse("byteorder", "\"" + found + "\"", "little");
        }
    }

    private CheckpointException refuse(String field, Object found, String expected) {
        return new CheckpointException(file.path(), field, found, expected);
    }
}
