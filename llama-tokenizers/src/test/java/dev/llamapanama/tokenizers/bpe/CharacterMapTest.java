// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A trie laid out by hand: {@code a} becomes {@code b}, {@code ab} becomes two spaces and {@code c}, U+3000 a space. */
final class CharacterMapTest {
    private static final int HAS_VALUE = 1 << 8;

    /** A unit whose children begin at {@code place ^ offset}. */
    private static int unit(int label, int offset, boolean value) {
        return offset << 10 | (value ? HAS_VALUE : 0) | label;
    }

    private static ByteBuffer map() {
        int[] units = new int[4096];
        units[0] = unit(0, 0x200, false);
        child(units, 0x200, 'a', 0x400, 0);
        child(units, 0x400, 'b', 0x600, 2);
        child(units, 0x200, 0xE3, 0x800, -1);
        child(units, 0x800, 0x80, 0xA00, -1);
        child(units, 0xA00, 0x80, 0xC00, 6);
        byte[] replacements = "b\0  c\0 \0".getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(4 + 4 * units.length + replacements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4 * units.length);
        content.asIntBuffer().put(units);
        return content.put(4 + 4 * units.length, replacements).rewind();
    }

    /** A node whose own children begin at a place. */
    private static void child(int[] units, int parent, int label, int place, int value) {
        int at = parent ^ label;
        units[at] = unit(label, at ^ place, value >= 0);
        units[place] = value >= 0 ? value | Integer.MIN_VALUE : 0;
    }

    private static String normalized(String text, boolean removeExtraWhitespaces) {
        SpellingMatcher kept = new SpellingMatcher();
        kept.add("aa", 9);
        CharacterMap characters = new CharacterMap("test", map(), kept);
        SpaceNormalizer normalizer = new SpaceNormalizer(new Whitespace(false, removeExtraWhitespaces), characters);
        NormalizedText normalized = normalizer.normalize(text.toCharArray(), 0, text.length(), true);
        return new String(normalized.letters(), 0, normalized.length()).replace('\u2581', '_');
    }

    @Test
    void theLongestSequenceIsReplaced() {
        assertEquals("x__c_b_", normalized("xab a\u3000", false));
        assertEquals("xaab", normalized("xaab", false), "what is kept comes first");
        assertEquals("\u3001\uD83E\uDD99", normalized("\u3001\uD83E\uDD99", false));
    }

    @Test
    void spacesThatComeOfItAreSpaces() {
        assertEquals("c_b", normalized("\u3000 ab \u3000a\u3000", true));
        assertEquals("", normalized("\u3000\u3000 ", true));
    }

    @Test
    void brokenMapsDoNoHarm() {
        for (int length : new int[] {0, 3, 4, 6}) {
            ByteBuffer cut = map().slice(0, length);
            assertThrows(TokenizerException.class, () -> new CharacterMap("test", cut, new SpellingMatcher()));
        }
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            ByteBuffer broken = map();
            for (int at = 4; at < broken.capacity(); at++) {
                broken.put(at, (byte) random.nextInt());
            }
            CharacterMap characters = new CharacterMap("test", broken, new SpellingMatcher());
            char[] text = "ab\u3000\uD83E\uDD99a".toCharArray();
            assertTrue(characters.at(text, 0, text.length).end() > 0);
        }
    }

    @Test
    void replacementsThatAreNotThereAreEmpty() {
        ByteBuffer broken = map().order(ByteOrder.LITTLE_ENDIAN);
        broken.putInt(4 + 4 * 0x400, 1000 | Integer.MIN_VALUE);
        char[] text = {'a'};
        assertEquals(
                "",
                new CharacterMap("test", broken, new SpellingMatcher())
                        .at(text, 0, 1)
                        .text());
    }

    /** Two nodes for {@code a} that are each other's child: without a limit, every place is as long as the text. */
    @Test
    void branchesThatLeadBackAreLeft() {
        ByteBuffer circle =
                ByteBuffer.allocate(4 + 4 * 256).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * 256);
        circle.putInt(4, unit(0, 1, false)).putInt(4 + 4 * (1 ^ 'a'), unit('a', 'a', false));
        CharacterMap characters = new CharacterMap("test", circle.rewind(), new SpellingMatcher());
        char[] text = "a".repeat(400_000).toCharArray();
        assertTimeout(Duration.ofSeconds(20), () -> {
            for (int at = 0; at < text.length; at++) {
                assertEquals(at + 1, characters.at(text, at, text.length).end());
            }
        });
    }
}
