// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Those of TQ1_0: −1, 0, and 1, as the first digits to the base 3 of the fractions that bytes are. */
record TritCodes() implements BlockCodes {
    private static final int[] POWERS = {1, 3, 9, 27, 81};

    private record Place(int at, int digit) {
        static Place of(int i) {
            if (i < 160) {
                return new Place(i % 32, i / 32);
            }
            return i < 240 ? new Place(32 + i % 16, (i - 160) / 16) : new Place(48 + i % 4, (i - 240) / 4);
        }
    }

    @Override
    public double get(byte[] block, int i) {
        Place place = Place.of(i);
        int rest = Byte.toUnsignedInt(block[place.at]) * POWERS[place.digit] % 256;
        return rest * 3 / 256 - 1;
    }

    @Override
    public void setAll(byte[] block, double[] values) {
        int[] digits = new int[52];
        for (int i = 0; i < values.length; i++) {
            Place place = Place.of(i);
            digits[place.at] += POWERS[4 - place.digit] * (int) (Math.clamp(Math.rint(values[i]), -1, 1) + 1);
        }
        for (int at = 0; at < digits.length; at++) {
            block[at] = (byte) Math.ceilDiv(digits[at] * 256, 243);
        }
    }

    @Override
    public double extreme() {
        return 1;
    }

    @Override
    public boolean isSymmetric() {
        return true;
    }
}
