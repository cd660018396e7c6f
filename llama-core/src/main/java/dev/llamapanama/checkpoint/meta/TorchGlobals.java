// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.meta.Pickled.Dictionary;
import dev.llamapanama.checkpoint.meta.Pickled.Global;
import dev.llamapanama.checkpoint.meta.Pickled.Opaque;
import dev.llamapanama.checkpoint.meta.Pickled.Plain;
import dev.llamapanama.checkpoint.meta.Pickled.Storage;
import dev.llamapanama.checkpoint.meta.Pickled.Tuple;
import dev.llamapanama.checkpoint.meta.Pickled.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The classes and functions that a pickle of weights may name, and what calling them would have given. */
final class TorchGlobals {
    private static final String DICTIONARY = "collections.OrderedDict";
    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final String SIZE = "torch.Size";
    /** Text that stands for bytes. */
    private static final String ENCODE = "_codecs.encode";
    /** What modules of Llama 4 keep beside their weights. */
    private static final Set<String> STREAMS = Set.of("_io.BytesIO", "io.BytesIO");

    private static final String TORCH = "torch.";
    private static final int LONGEST_KEY = 64;

    private final PickleInput in;

    TorchGlobals(PickleInput in) {
        this.in = in;
    }

    Global named(String module, String name) {
        String full = module + "." + name;
        boolean known = Set.of(DICTIONARY, TENSOR, PARAMETER, SIZE, ENCODE).contains(full)
                || STREAMS.contains(full)
                || (module.equals("torch") && StorageType.isKnown(name));
        if (!known) {
            throw in.refuse("the global " + full, "only what stored weights need; nothing was executed");
        }
        return new Global(full);
    }

    Object call(Object callable, Object arguments) {
        if (!(callable instanceof Global(String name)) || !(arguments instanceof Tuple(List<Object> values))) {
            throw in.refuse("a call of something that is no function", "a function with a tuple of arguments");
        }
        if (name.equals(DICTIONARY) && values.isEmpty()) {
            return new Dictionary();
        }
        if (name.equals(TENSOR) && values.size() >= 6 && values.size() <= 7) {
            return view(values);
        }
        if (name.equals(PARAMETER) && values.size() == 3 && values.getFirst() instanceof View view) {
            return view;
        }
        if (name.equals(SIZE) && values.size() == 1 && values.getFirst() instanceof Tuple size) {
            return size;
        }
        if (name.equals(ENCODE) || STREAMS.contains(name)) {
            return new Opaque("bytes");
        }
        throw in.refuse("a call of " + name + " with " + values.size() + " arguments", "one as torch.save writes it");
    }

    private View view(List<Object> arguments) {
        if (!(arguments.getFirst() instanceof Storage storage)) {
            throw in.refuse("a tensor without a storage", "one");
        }
        List<Long> sizes = wholes(arguments.get(2));
        List<Long> strides = wholes(arguments.get(3));
        if (sizes.size() != strides.size()) {
            throw in.refuse(sizes.size() + " sizes and " + strides.size() + " strides", "as many of both");
        }
        return new View(storage, whole(arguments.get(1)), sizes, strides);
    }

    /** What a persistent id describes: {@code ("storage", class, key, location, numel)}. */
    Storage storage(Object id) {
        boolean described = id instanceof Tuple(List<Object> values)
                && values.size() == 5
                && values.get(0) instanceof Plain(Object kind)
                && kind.equals("storage")
                && values.get(1) instanceof Global
                && values.get(2) instanceof Plain;
        if (!described) {
            throw in.refuse("another persistent id", "(\"storage\", class, key, location, numel)");
        }
        List<Object> values = ((Tuple) id).items();
        String type = ((Global) values.get(1)).name();
        String key = String.valueOf(((Plain) values.get(2)).value());
        if (!type.startsWith(TORCH) || !StorageType.isKnown(type.substring(TORCH.length()))) {
            throw in.refuse("a storage of class " + type, "one of torch");
        }
        if (key.length() > LONGEST_KEY) {
            throw in.refuse("a storage key of " + key.length() + " characters", "at most " + LONGEST_KEY);
        }
        return new Storage(type.substring(TORCH.length()), key, whole(values.get(4)));
    }

    private List<Long> wholes(Object tuple) {
        if (!(tuple instanceof Tuple(List<Object> items)) || items.size() > 8) {
            throw in.refuse("no tuple", "a tuple of at most 8 numbers");
        }
        List<Long> wholes = new ArrayList<>(items.size());
        for (Object item : items) {
            wholes.add(whole(item));
        }
        return wholes;
    }

    private long whole(Object value) {
        if (value instanceof Plain(Object plain) && plain instanceof Long whole && whole >= 0) {
            return whole;
        }
        throw in.refuse("something else than a number", "a whole number of 0 or more");
    }
}
