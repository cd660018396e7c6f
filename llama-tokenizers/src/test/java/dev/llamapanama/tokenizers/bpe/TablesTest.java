// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The collections of this package against those of the library. */
final class TablesTest {
    private record Key(int a, int b) {}

    @Test
    void pairTableIsAMap() {
        Random random = new Random(1);
        PairTable table = new PairTable();
        Map<Key, Long> map = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            Key key = new Key(random.nextInt(300), random.nextInt(300));
            table.putIfAbsent(key.a(), key.b(), i);
            map.putIfAbsent(key, (long) i);
        }
        for (int a = 0; a < 310; a++) {
            for (int b = 0; b < 310; b++) {
                assertEquals(map.getOrDefault(new Key(a, b), PairTable.NONE), table.get(a, b));
            }
        }
        table.putIfAbsent(Integer.MAX_VALUE, Integer.MAX_VALUE, 7);
        assertEquals(7, table.get(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void spellingTableIsAMapOfStringsAndTheirParts() {
        Random random = new Random(3);
        Map<String, Integer> map = new HashMap<>();
        SpellingTable table = new SpellingTable(5000);
        for (int id = 0; id < 5000; id++) {
            String spelling = word(random, random.nextInt(7));
            Integer before = map.putIfAbsent(spelling, id);
            assertEquals(before == null ? SpellingTable.NONE : before, table.putIfAbsent(spelling, id));
        }
        for (int i = 0; i < 20_000; i++) {
            String word = word(random, random.nextInt(6));
            char[] text = ("x" + word + "y").toCharArray();
            int expected = map.getOrDefault(word, SpellingTable.NONE);
            assertEquals(expected, table.get(word));
            assertEquals(expected, table.get(text, 1, text.length - 1));
        }
    }

    /** Letters with equal and with different upper bytes. */
    private static String word(Random random, int length) {
        return random.ints(length, 0, 5)
                .mapToObj(i -> "abc\u0161\u2581".substring(i, i + 1))
                .collect(Collectors.joining());
    }

    @Test
    void spellingTableTakesAsManyAsItWasMadeFor() {
        for (int most = 0; most < 70; most++) {
            SpellingTable table = new SpellingTable(most);
            for (int id = 0; id < most; id++) {
                assertEquals(SpellingTable.NONE, table.putIfAbsent("word " + id, id));
            }
            for (int id = 0; id < most; id++) {
                assertEquals(id, table.get("word " + id));
            }
            assertEquals(SpellingTable.NONE, table.get("word"));
        }
    }

    @Test
    void agendaGivesTheLowestPriorityThenTheLowestPosition() {
        Random random = new Random(2);
        Agenda agenda = new Agenda();
        for (int size : List.of(0, 1, 2, 3, 64, 65, 1000)) {
            long[] entries = LongStream.generate(() -> ((long) random.nextInt(20) << 32) + random.nextInt(50))
                    .limit(size)
                    .toArray();
            LongStream.of(entries).forEach(entry -> agenda.add((int) (entry >>> 32), (int) entry));
            long[] taken = LongStream.generate(agenda::remove).limit(size).toArray();
            assertArrayEquals(LongStream.of(entries).sorted().toArray(), taken);
            assertTrue(agenda.isEmpty());
        }
    }

    @Test
    void characterTableReachesTheLastCharacter() {
        CharacterTable table = new CharacterTable();
        table.put(Character.MAX_CODE_POINT, 5);
        table.put(0, 6);
        assertEquals(5, table.get(Character.MAX_CODE_POINT));
        assertEquals(6, table.get(0));
        assertEquals(CharacterTable.NONE, table.get('a'));
        assertEquals(CharacterTable.NONE, table.get(0x1F999));
    }
}
