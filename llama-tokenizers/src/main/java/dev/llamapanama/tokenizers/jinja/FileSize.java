// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Sizes for people: {@code 1.5 MB}. */
final class FileSize {
    private FileSize() {}

    static String text(Object value, Arguments arguments) {
        boolean binary = Values.isTrue(arguments.get(0, "binary", false));
        if (!(ReadNumbers.toFloat(value, None.NONE) instanceof Double bytes)) {
            throw new JinjaException("could not convert to float: " + Representation.text(value));
        }
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return Numbers.text(Math.floor(bytes)).replace(".0", "") + " Bytes";
        }
        String letters = binary ? "KMGTPEZY" : "kMGTPEZY";
        double unit = base;
        int i = 0;
        while (i < letters.length() - 1 && bytes >= unit * base) {
            unit *= base;
            i++;
        }
        String suffix = binary ? "iB" : "B";
        return NumberFormat.fixed(bytes / unit, 1) + " " + letters.charAt(i) + suffix;
    }
}
