// SPDX-License-Identifier: Apache-2.0
package kernels;

/** Text of a Java class, line by line. */
final class Source {
    private final StringBuilder text = new StringBuilder();
    private String indent = "";

    /** Appends lines, with arguments as in {@link String#format}. A line that ends with a brace indents those after it. */
    Source add(String lines, Object... arguments) {
        for (String line : String.format(lines, arguments).split("\n")) {
            String bare = line.strip();
            if (bare.startsWith("}")) {
                indent = indent.substring(4);
            }
            text.append(bare.isEmpty() ? "" : indent + bare).append('\n');
            if (bare.endsWith("{")) {
                indent += "    ";
            }
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
