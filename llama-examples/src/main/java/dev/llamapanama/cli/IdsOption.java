// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Token ids on the command line. */
final class IdsOption {
    @Option(
            names = "--ids",
            paramLabel = "IDS",
            required = true,
            converter = Converter.class,
            description = "Token ids with commas or spaces between them: 1,2,3.")
    private Ids ids = new Ids();

    int[] values() {
        return ids.values;
    }

    static final class Ids {
        private final int[] values;

        Ids(int... values) {
            this.values = values;
        }
    }

    static final class Converter implements ITypeConverter<Ids> {
        private static final Pattern GAP = Pattern.compile("[\\s,]+");

        @Override
        public Ids convert(String text) {
            return new Ids(GAP.splitAsStream(text)
                    .filter(word -> !word.isEmpty())
                    .mapToInt(Converter::id)
                    .toArray());
        }

        private static int id(String word) {
            try {
                return Integer.parseInt(word);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("found '" + word + "', expected a token id");
            }
        }
    }
}
