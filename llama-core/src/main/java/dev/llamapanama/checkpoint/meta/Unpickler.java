// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.meta.Pickled.Dictionary;
import dev.llamapanama.checkpoint.meta.Pickled.Items;
import dev.llamapanama.checkpoint.meta.Pickled.Opaque;
import dev.llamapanama.checkpoint.meta.Pickled.Plain;
import dev.llamapanama.checkpoint.meta.Pickled.Tuple;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the pickles that torch.save writes (protocol 2), by those opcodes that torch allows for weights
 * ({@code torch/_weights_only_unpickler.py}). Nothing of them is executed: calls of a few known functions become
 * descriptions of tensors, everything else is refused by name.
 */
final class Unpickler {
    /** Some ten for each tensor of the largest model, times many. */
    private static final int MOST_STEPS = 1 << 20;

    private final PickleInput in;
    private final PickleStack stack;
    private final TorchGlobals globals;

    private Unpickler(Path file, ByteBuffer pickle) {
        this.in = new PickleInput(file, pickle);
        this.stack = new PickleStack(in);
        this.globals = new TorchGlobals(in);
    }

    /**
     * @param file the archive that holds it, for messages
     * @throws CheckpointException if it has anything else than weights
     */
    static Object read(Path file, ByteBuffer pickle) {
        return new Unpickler(file, pickle).run();
    }

    private Object run() {
        if (in.u8() != 0x80) {
            throw in.refuse("no protocol", "pickle of protocol 2");
        }
        protocol();
        for (int step = 0; step < MOST_STEPS; step++) {
            int opcode = in.u8();
            if (opcode == '.') {
                Object result = stack.last();
                if (!in.isAtEnd()) {
                    throw in.refuse("bytes behind the result", "none");
                }
                return result;
            }
            step(opcode);
        }
        throw in.refuse("more than " + MOST_STEPS + " opcodes", "fewer");
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol();
            case 'c' -> stack.push(globals.named(in.line(), in.line()));
            case 'q' -> stack.memorise(in.u8());
            case 'r' -> stack.memorise(in.i32());
            case 'h' -> stack.recall(in.u8());
            case 'j' -> stack.recall(in.i32());
            case '(' -> stack.mark();
            case '}' -> stack.push(new Dictionary());
            case ']' -> stack.push(new Items());
            case ')' -> stack.push(new Tuple(List.of()));
            case 0x8f -> stack.push(new Opaque("a set"));
            case 't' -> stack.push(new Tuple(stack.popMarked()));
            case 0x85, 0x86, 0x87 -> stack.push(new Tuple(stack.pop(opcode - 0x84)));
            default -> stepOfPlainOrCall(opcode);
        }
    }

    private void stepOfPlainOrCall(int opcode) {
        switch (opcode) {
            case 'X' -> stack.push(new Plain(in.unicode(in.i32())));
            case 'U' -> stack.push(new Plain(in.latin1(in.u8())));
            case 'J' -> stack.push(new Plain((long) in.i32()));
            case 'K' -> stack.push(new Plain((long) in.u8()));
            case 'M' -> stack.push(new Plain((long) in.u16()));
            case 0x8a -> stack.push(new Plain(in.shortLong()));
            case 'G' -> stack.push(new Plain(in.real()));
            case 'N' -> stack.push(new Opaque("None"));
            case 0x88 -> stack.push(new Plain(true));
            case 0x89 -> stack.push(new Plain(false));
            case 'R', 0x81 -> call();
            case 'b' -> build();
            case 's' -> put(stack.pop(2));
            case 'u' -> put(stack.popMarked());
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popMarked());
            case 'Q' -> stack.push(globals.storage(stack.pop()));
            default -> throw in.refuse("opcode 0x%02x".formatted(opcode), "one that stored weights need");
        }
    }

    private void protocol() {
        int version = in.u8();
        if (version != 2) {
            throw in.refuse("protocol " + version, "2, that of torch.save");
        }
    }

    private void call() {
        Object arguments = stack.pop();
        stack.push(globals.call(stack.pop(), arguments));
    }

    /** Attributes of a dictionary, such as the versions of modules, or of a stream; none of them is a weight. */
    private void build() {
        var _ = stack.pop();
        if (!(stack.top() instanceof Dictionary) && !(stack.top() instanceof Opaque)) {
            throw in.refuse("a state for something else than a dictionary", "none");
        }
    }

    private void put(List<Object> pairs) {
        if (!(stack.top() instanceof Dictionary dictionary) || pairs.size() % 2 != 0) {
            throw in.refuse("items for something else than a dictionary, or a key without a value", "pairs");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            boolean isText = pairs.get(i) instanceof Plain(Object key) && key instanceof String;
            if (isText && dictionary.entries().put(key(pairs.get(i)), pairs.get(i + 1)) != null) {
                throw in.refuse("the key " + key(pairs.get(i)) + " twice", "once");
            }
        }
    }

    private static String key(Object plain) {
        return String.valueOf(((Plain) plain).value());
    }

    private void append(List<Object> values) {
        if (!(stack.top() instanceof Items)) {
            throw in.refuse(values.size() + " values for something else than a list", "a list");
        }
    }
}
