// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes state dictionaries as torch.save does. */
final class TorchWriter {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(String name, DType type, long[] sizes, byte[] data) {}

    private final List<Stored> tensors = new ArrayList<>();
    private final List<String> streams = new ArrayList<>();

    TorchWriter add(String name, DType type, byte[] data, long... sizes) {
        tensors.add(new Stored(name, type, sizes, data));
        return this;
    }

    /** What modules of Llama 4 keep: a stream of bytes under a key of its own. */
    TorchWriter addStream(String name) {
        streams.add(name);
        return this;
    }

    byte[] bytes() {
        return zip(new ZipWriter(), pickle()).bytes();
    }

    ZipWriter zip(ZipWriter zip, byte[] pickle) {
        zip.add("consolidated/data.pkl", pickle);
        zip.add("consolidated/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < tensors.size(); i++) {
            zip.add("consolidated/data/" + i, tensors.get(i).data);
        }
        return zip.add("consolidated/version", "3\n".getBytes(StandardCharsets.US_ASCII))
                .add("consolidated/.data/serialization_id", new byte[40]);
    }

    byte[] pickle() {
        PickleWriter out = new PickleWriter();
        out.global("collections", "OrderedDict").op(')').op('R').memorise().op('(');
        for (String name : streams) {
            out.text(name).global("_io", "BytesIO").op(')').op(0x81).memorise();
            out.global("_codecs", "encode")
                    .text("ÿ")
                    .text("latin1")
                    .op(0x86)
                    .memorise()
                    .op('R');
            out.memorise().whole(0).op('N').op(0x87).memorise().op('b');
        }
        for (int i = 0; i < tensors.size(); i++) {
            Stored tensor = tensors.get(i);
            long[] sizes = tensor.sizes;
            long[] strides = new long[sizes.length];
            for (int d = sizes.length - 1; d >= 0; d--) {
                strides[d] = d == sizes.length - 1 ? 1 : strides[d + 1] * sizes[d + 1];
            }
            out.text(tensor.name);
            long elements = tensor.data.length / tensor.type.blockBytes();
            tensor(out, storage(tensor.type), Integer.toString(i), elements, 0, sizes, strides);
        }
        out.op('u').op('}').memorise().text("_metadata");
        out.global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .memorise()
                .op('s')
                .op('b');
        return out.op('.').bytes();
    }

    static void tensor(
            PickleWriter out, String storage, String key, long elements, long offset, long[] sizes, long[] strides) {
        out.global("torch._utils", "_rebuild_tensor_v2").op('(').op('(');
        out.text("storage").global("torch", storage).text(key).text("cpu").whole(elements);
        out.op('t').memorise().op('Q').whole(offset).wholes(sizes).wholes(strides);
        out.op(0x89).global("collections", "OrderedDict").op(')').op('R').memorise();
        out.op('t').memorise().op('R').memorise();
    }

    private static String storage(DType type) {
        return switch (type) {
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            default -> throw new IllegalArgumentException(type.toString());
        };
    }
}
