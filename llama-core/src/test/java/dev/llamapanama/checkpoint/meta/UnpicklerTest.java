// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.meta.Pickled.Dictionary;
import dev.llamapanama.checkpoint.meta.Pickled.Storage;
import dev.llamapanama.checkpoint.meta.Pickled.View;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class UnpicklerTest {
    private static final Path FILE = Path.of("model.pth");

    @Test
    void describesTensors() {
        PickleWriter out = new PickleWriter().op('}').memorise().op('(').text("weight");
        TorchWriter.tensor(out, "HalfStorage", "7", 5_000_000_000L, 70_000, new long[] {3, 4}, new long[] {4, 1});
        Dictionary root = assertInstanceOf(Dictionary.class, read(out.ops("u.").bytes()));
        assertEquals(
                new View(new Storage("HalfStorage", "7", 5_000_000_000L), 70_000, List.of(3L, 4L), List.of(4L, 1L)),
                root.entries().get("weight"));
    }

    @Test
    void takesStateDictionariesAsTorchWritesThem() {
        byte[] pickle = new TorchWriter().addStream("extra._extra_state").pickle();
        Dictionary root = assertInstanceOf(Dictionary.class, read(pickle));
        assertEquals(1, root.entries().size());
    }

    @TestFactory
    Stream<DynamicTest> refusesWhatIsNoWeight() {
        PickleWriter system = start().global("os", "system").text("true").ops("\u0085R.");
        return Stream.of(
                refused("the global os.system", system),
                refused("the global builtins.eval", start().global("builtins", "eval")),
                refused("the global torch.load", start().global("torch", "load")),
                refused(
                        "the global torch.storage._load_from_bytes",
                        start().global("torch.storage", "_load_from_bytes")),
                refused("opcode 0x69", start().ops("i")),
                refused("a call without a function", start().ops("R"), "an empty stack"),
                refused("opcode 0x93", start().op(0x93)),
                refused("protocol 4", start().op(0x80).op(4)),
                refused("an empty stack", start().ops(".")),
                refused("an empty stack", start().ops("q\0")),
                refused("an empty stack", start().ops("N(a")),
                refused("no mark on the stack", start().ops("Nt")),
                refused("memo 5", start().ops("h\5")),
                refused("memo 4294967295", start().op('j').i32(-1)),
                refused("1 values below the result", start().ops("NN.")),
                refused("bytes behind the result", start().ops("N.N")),
                refused("a state for something else", start().ops("]Nb")),
                refused("values for something else than a list", start().ops("}Na")),
                refused("items for something else", start().ops("]NNs")),
                refused("a key without a value", start().ops("}(Nu")),
                refused(
                        "the key a twice",
                        start().op('}').text("a").ops("Ns").text("a").ops("Ns")),
                refused("a call of something that is no function", start().ops("N)R")),
                refused(
                        "a call of collections.OrderedDict with 1",
                        start().global("collections", "OrderedDict").ops("N\u0085R")),
                refused(
                        "a tensor without a storage",
                        start().global("torch._utils", "_rebuild_tensor_v2").ops("(NNNNNNtR")),
                refused("another persistent id", start().ops("NQ")),
                refused("4294967295 bytes", start().op('X').i32(-1)),
                refused("2147483647 bytes", start().op('X').i32(Integer.MAX_VALUE)),
                refused("an integer of 9 bytes", start().op(0x8a).op(9).ops("123456789")),
                refused("invalid UTF-8", start().op('X').i32(1).op(0xff)),
                refused("bytes before the end", start()),
                refused("a name of more than 128 bytes", start().ops("c" + "x".repeat(1000))),
                refused("nested more than 64 deep", start().ops("(".repeat(10_000))),
                refused("values on the stack", start().ops("]".repeat(1 << 19))),
                refused("more than 1048576 opcodes", start().ops("N" + "q\0".repeat(1 << 20))));
    }

    @Test
    void refusesEveryCutPickle() {
        PickleWriter out = new PickleWriter().op('}').memorise().op('(').text("weight");
        TorchWriter.tensor(out, "FloatStorage", "0", 12, 0, new long[] {3, 4}, new long[] {4, 1});
        byte[] good = out.ops("u.").bytes();
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertTrue(Refusal.of(() -> read(cut)).startsWith("model.pth: data.pkl, byte "));
        }
    }

    /** A dictionary that holds itself and a tuple of tuples that would have 2^40 leaves take no time. */
    @Test
    void valuesMayReferToThemselves() {
        PickleWriter out =
                start().op('}').memorise().text("self").ops("h\0s").text("many").op(')');
        for (int i = 0; i < 40; i++) {
            out.ops("q\7h\7\u0086");
        }
        assertEquals(
                2,
                assertInstanceOf(Dictionary.class, read(out.ops("s.").bytes()))
                        .entries()
                        .size());
    }

    private static PickleWriter start() {
        return new PickleWriter();
    }

    private static DynamicTest refused(String expected, PickleWriter pickle) {
        return refused(expected, pickle, expected);
    }

    private static DynamicTest refused(String name, PickleWriter pickle, String expected) {
        return dynamicTest(name, () -> {
            String message = Refusal.of(() -> read(pickle.bytes()));
            assertTrue(message.startsWith("model.pth: data.pkl, byte ") && message.contains(expected), message);
        });
    }

    private static Object read(byte[] pickle) {
        return Unpickler.read(FILE, ByteBuffer.wrap(pickle));
    }
}
