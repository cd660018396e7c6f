// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/**
 * Where long text is cut, whatever stands there, before it is encoded. Meta's code for Llama 3 and 4 does so (meta-llama/
 * llama-models, models/llama3/tokenizer.py, {@code encode}): first every 400,000 characters, then within these every
 * 25,000 of a run of white space or of a run without any. Readers of other files of these models cut nowhere.
 */
enum TextLimits {
    NONE {
        @Override
        void forEach(char[] text, Stretch stretch) {
            if (text.length > 0) {
                stretch.take(0, text.length);
            }
        }
    },
    META {
        @Override
        void forEach(char[] text, Stretch stretch) {
            int end;
            for (int at = 0; at < text.length; at = end) {
                end = after(text, at, LONGEST);
                cutRuns(text, at, end, stretch);
            }
        }
    };

    private static final int LONGEST = 400_000;
    private static final int LONGEST_RUN = 25_000;

    /** What is to be done with the text between two places. */
    @FunctionalInterface
    interface Stretch {
        void take(int from, int to);
    }

    /** Gives the text in stretches, none of which is empty. */
    abstract void forEach(char[] text, Stretch stretch);

    private static int after(char[] text, int from, int characters) {
        int at = from;
        for (int i = 0; i < characters && at < text.length; i++) {
            at = CharacterClass.after(text, at);
        }
        return at;
    }

    private static void cutRuns(char[] text, int from, int to, Stretch stretch) {
        int begin = from;
        int run = 0;
        boolean white = isSpace(text[from]);
        for (int at = from; at < to; at = CharacterClass.after(text, at)) {
            boolean now = isSpace(text[at]);
            run = now == white ? run + 1 : 1;
            white = now;
            if (run > LONGEST_RUN) {
                stretch.take(begin, at);
                begin = at;
                run = 1;
            }
        }
        stretch.take(begin, to);
    }

    /** {@code str.isspace} of Python: white space, and the four separators of ASCII. */
    private static boolean isSpace(char c) {
        return (c >= 0x1C && c <= 0x1F)
                || (!Character.isSurrogate(c) && (CharacterClass.of(c) & CharacterClass.WHITE) != 0);
    }
}
