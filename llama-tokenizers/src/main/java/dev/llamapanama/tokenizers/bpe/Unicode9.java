// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.BitSet;

/**
 * What Unicode 9, by which Hugging Face normalizes, doesn't know: characters added since then that are marks or are made
 * of others, and some beside them, to which normalization does nothing either way.
 */
final class Unicode9 {
    private static final String ADDED =
            "7FD 897-8D3 9FE AFA-AFF B55 C04-C3C CF3-D00 D3B-D3C D81 EBA ECE 1715 180F 1ABF-1ACE"
                    + " 1CF7 1DF6-1DFA 32FF A7F2-A7F4 A82C A8FF AB69 105C9-105E4 10781-107BA 10D24-10D27 10D69-10D6D"
                    + " 10EAB-10EAC 10EFC-10EFF 10F46-10F85 11070-11074 110C2 11145-11146 111C9 111CE-111CF 11241 1133B"
                    + " 11383-113E2 1145E 1182C-1183A 11930-11943 119D1-11A99 11D31-11D47 11D8A-11D97 11EF3-11F5A"
                    + " 13440-13455 1611E-1612F 16D68-16D6A 16F4F 16F7F-16F87 16FE4-16FF1 1CCD6-1CCF9 1CF00-1CF46"
                    + " 1E030-1E08F 1E130-1E136 1E2AE-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF 1F16C 1FBF0-1FBF9";
    private static final BitSet LATER = later();

    private Unicode9() {}

    private static BitSet later() {
        BitSet later = new BitSet();
        for (String range : ADDED.split(" ")) {
            String[] ends = range.split("-");
            int first = Integer.parseInt(ends[0], 16);
            later.set(first, Integer.parseInt(ends[ends.length - 1], 16) + 1);
        }
        return later;
    }

    /** Whether a character isn't one of Unicode 9 to normalization. */
    static boolean lacks(int codePoint) {
        return LATER.get(codePoint);
    }

    /** General category M. Two marks are letters since Unicode 12. */
    static boolean isMark(int codePoint) {
        boolean wasMark = codePoint == 0x1CF2 || codePoint == 0x1CF3;
        return wasMark || (CharacterClass.isMark(codePoint) && !lacks(codePoint));
    }
}
