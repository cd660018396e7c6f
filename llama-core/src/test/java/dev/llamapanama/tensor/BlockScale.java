// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** A number of a block that multiplies others, and how it is stored. */
public interface BlockScale {
    /** One that isn't stored: 1. */
    BlockScale NONE = new BlockScale() {
        @Override
        public double get(byte[] block) {
            return 1;
        }

        @Override
        public void put(byte[] block, float value) {}
    };

    double get(byte[] block);

    /** Stores the number, or what is near to it. */
    void put(byte[] block, float value);

    /** A half, in the low and the high byte at two places. */
    static BlockScale half(int at) {
        return new BlockScale() {
            @Override
            public double get(byte[] block) {
                return TypeDefinition.binary((short) (Byte.toUnsignedInt(block[at]) | block[at + 1] << 8), 5, 10);
            }

            @Override
            public void put(byte[] block, float value) {
                short half = Float.floatToFloat16(value);
                block[at] = (byte) half;
                block[at + 1] = (byte) (half >> 8);
            }
        };
    }

    /** A half, of which the upper nibbles of the odd bytes from a place on hold four bits each, lowest first. */
    static BlockScale spreadHalf(int at) {
        return new BlockScale() {
            @Override
            public double get(byte[] block) {
                int bits = 0;
                for (int i = 3; i >= 0; i--) {
                    bits = 16 * bits + Byte.toUnsignedInt(block[at + 2 * i + 1]) / 16;
                }
                return TypeDefinition.binary((short) bits, 5, 10);
            }

            @Override
            public void put(byte[] block, float value) {
                int bits = Float.floatToFloat16(value) & 0xffff;
                for (int i = 0; i < 4; i++, bits /= 16) {
                    int place = at + 2 * i + 1;
                    block[place] = (byte) (Byte.toUnsignedInt(block[place]) % 16 + bits % 16 * 16);
                }
            }
        };
    }

    /** A float, lowest byte first. */
    static BlockScale single(int at) {
        return new BlockScale() {
            @Override
            public double get(byte[] block) {
                int bits = 0;
                for (int i = 3; i >= 0; i--) {
                    bits = bits << 8 | Byte.toUnsignedInt(block[at + i]);
                }
                return Float.intBitsToFloat(bits);
            }

            @Override
            public void put(byte[] block, float value) {
                for (int i = 0; i < 4; i++) {
                    block[at + i] = (byte) (Float.floatToRawIntBits(value) >> (8 * i));
                }
            }
        };
    }

    /** A power of two, of which a byte is the exponent: the next one above the magnitude that is put. */
    static BlockScale exponent(int at, int bias) {
        return new BlockScale() {
            @Override
            public double get(byte[] block) {
                return Math.scalb(1.0, Byte.toUnsignedInt(block[at]) - bias);
            }

            @Override
            public void put(byte[] block, float value) {
                block[at] = (byte) Math.clamp(Math.getExponent(Math.abs(value)) + 1 + bias, 0, 254);
            }
        };
    }
}
