// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
    private static final int PAGE = 16;

    private final PrefixCache cache = new PrefixCache(4);
    /** Pages that someone else uses, too. */
    private final Set<Integer> inUse = new HashSet<>();

    private PrefixCache.Change add(int[] ids, int... pages) {
        return cache.add(null, ids, pages, page -> !inUse.contains(page));
    }

    /** A letter for each page. */
    private static int[] ids(String pages) {
        return pages.chars()
                .flatMap(letter -> IntStream.range(0, PAGE).map(i -> letter * i))
                .toArray();
    }

    private int[] find(String pages) {
        return cache.find(null, ids(pages), pages.length() * PAGE);
    }

    @Test
    void findsTheLongestPrefixOfWholePages() {
        assertEquals(new PrefixCache.Change(List.of(7, 8), List.of()), add(ids("ab"), 7, 8));
        assertArrayEquals(new int[] {7, 8}, find("abc"));
        assertArrayEquals(new int[] {7}, find("ac"));
        assertArrayEquals(new int[] {}, find("b"), "what came before counts");
        assertArrayEquals(new int[] {7}, cache.find(null, ids("ab"), 2 * PAGE - 1));
        assertArrayEquals(new int[] {}, cache.find(null, ids("ab"), PAGE - 1));
    }

    @Test
    void pagesOfOneAdapterAreNeverFoundByAnother() {
        Object one = new Object();
        Object other = new Object();
        add(ids("ab"), 7, 8);
        cache.add(one, ids("ab"), new int[] {1, 2}, page -> true);
        assertArrayEquals(new int[] {}, cache.find(other, ids("ab"), 2 * PAGE));
        assertArrayEquals(new int[] {1, 2}, cache.find(one, ids("ab"), 2 * PAGE));
        assertArrayEquals(new int[] {7, 8}, find("ab"));
        assertEquals(List.of(), cache.forget(other));
        assertEquals(Set.of(1, 2), Set.copyOf(cache.forget(one)));
        assertArrayEquals(new int[] {}, cache.find(one, ids("ab"), 2 * PAGE));
        assertArrayEquals(new int[] {7, 8}, find("ab"));
    }

    @Test
    void keepsThePageThatItHas() {
        add(ids("ab"), 7, 8);
        assertEquals(new PrefixCache.Change(List.of(5), List.of()), add(ids("ac"), 3, 5));
        assertArrayEquals(new int[] {7, 5}, find("ac"));
    }

    @Test
    void forgetsTheLeastRecentlyUsedButNoPageThatOthersBuildOn() {
        add(ids("ab"), 1, 2);
        add(ids("cd"), 3, 4);
        find("ab");
        assertEquals(new PrefixCache.Change(List.of(5), List.of(4)), add(ids("ae"), 1, 5));
        assertArrayEquals(new int[] {3}, find("cd"));
        assertArrayEquals(new int[] {1, 2}, find("ab"));
    }

    @Test
    void whatIsInUseStays() {
        add(ids("abcd"), 1, 2, 3, 4);
        inUse.addAll(Set.of(1, 2, 3, 4));
        assertEquals(new PrefixCache.Change(List.of(), List.of()), add(ids("e"), 5));
        List<Integer> given = new ArrayList<>();
        assertFalse(cache.evict(page -> !inUse.contains(page), given));
        inUse.remove(4);
        assertTrue(cache.evict(page -> !inUse.contains(page), given));
        assertEquals(List.of(4), given);
        assertArrayEquals(new int[] {1, 2, 3}, find("abcd"));
    }

    @Test
    void withoutRoomItKeepsNothing() {
        PrefixCache none = new PrefixCache(0);
        assertEquals(
                new PrefixCache.Change(List.of(), List.of()),
                none.add(null, ids("ab"), new int[] {1, 2}, page -> true));
        assertArrayEquals(new int[] {}, none.find(null, ids("ab"), 2 * PAGE));
    }

    /** Against a set of all prefixes that were added: what is found has been added, under that very prefix, and not been given up. */
    @Test
    void findsOnlyWhatIsThere() {
        Random random = new Random(3);
        Set<Integer> held = new HashSet<>();
        List<String> prefixOf = new ArrayList<>();
        for (int round = 0; round < 2000; round++) {
            String text = random.ints(1 + random.nextInt(4), 'a', 'd')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            int[] found = find(text);
            for (int i = 0; i < found.length; i++) {
                assertTrue(held.contains(found[i]));
                assertEquals(text.substring(0, i + 1), prefixOf.get(found[i]));
            }
            int[] pages = IntStream.range(0, text.length())
                    .map(i -> {
                        prefixOf.add(text.substring(0, i + 1));
                        return prefixOf.size() - 1;
                    })
                    .toArray();
            inUse.clear();
            IntStream.of(pages).forEach(inUse::add);
            IntStream.of(found).forEach(inUse::add);
            PrefixCache.Change change = add(ids(text), pages);
            assertTrue(held.containsAll(change.given()));
            held.removeAll(change.given());
            held.addAll(change.kept());
            assertTrue(held.size() <= 4);
        }
    }
}
