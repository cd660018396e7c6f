// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickle of protocol 2, opcode by opcode, with a memo entry for every value that Python would memorise. */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int memo;

    PickleWriter() {
        op(0x80).op(2);
    }

    PickleWriter op(int opcode) {
        out.write(opcode);
        return this;
    }

    PickleWriter ops(String opcodes) {
        out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleWriter memorise() {
        return memo < 256 ? op('q').op(memo++) : op('r').i32(memo++);
    }

    PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X').i32(bytes.length);
        out.writeBytes(bytes);
        return memorise();
    }

    PickleWriter global(String module, String name) {
        return ops("c" + module + "\n" + name + "\n").memorise();
    }

    /** As Python does: in the fewest bytes. */
    PickleWriter whole(long value) {
        if (value >= 0 && value < 256) {
            return op('K').op((int) value);
        }
        if (value >= 0 && value < 65536) {
            return op('M').op((int) value & 255).op((int) value >> 8);
        }
        if (value == (int) value) {
            return op('J').i32((int) value);
        }
        op(0x8a).op(8);
        out.writeBytes(little(8).putLong(value).array());
        return this;
    }

    /** A tuple of one to three numbers. */
    PickleWriter wholes(long... values) {
        for (long value : values) {
            whole(value);
        }
        return values.length == 0 ? op(')') : op(0x84 + values.length).memorise();
    }

    PickleWriter i32(int value) {
        out.writeBytes(little(4).putInt(value).array());
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
