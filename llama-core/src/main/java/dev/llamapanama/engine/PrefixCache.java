// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.tensor.KvLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Pages of keys and values by the tokens that led to them, so that who begins with the same tokens needn't run them again: a tree with
 * a page at each node (RadixAttention, Zheng et al., arXiv 2312.07104). Guarded by the lock of {@link KvPages}.
 */
final class PrefixCache {
    private static final int PAGE = KvLayout.PAGE_TOKENS;

    private final int most;
    /**
     * Least recently used first. Nodes are touched from the leaf to the root, so that no child is newer than its parent, and those that
     * may go first come first.
     */
    private final Map<Key, Node> nodes = new LinkedHashMap<>(16, 0.75f, true);

    /** A page, under its parent; those at the start are under what else their keys and values depend on: an adapter. */
    private static final class Node {
        private final Key key;
        private final int page;

        Node(Key key, int page) {
            this.key = key;
            this.page = page;
        }
    }

    /** The tokens of a page behind those of its parent, which is the root for those at the start. */
    private static final class Key {
        private final @Nullable Object parent;
        private final int[] ids;

        Key(@Nullable Object parent, int[] ids, int page) {
            this.parent = parent;
            this.ids = Arrays.copyOfRange(ids, page * PAGE, (page + 1) * PAGE);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Objects.equals(key.parent, parent) && Arrays.equals(key.ids, ids);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(parent) + Arrays.hashCode(ids);
        }
    }

    /** @param most pages that it keeps */
    PrefixCache(int most) {
        this.most = most;
    }

    /**
     * The pages of the longest prefix of whole pages that is known, of so many tokens at most.
     *
     * @param root the adapter by which they were computed, or null for none
     */
    int[] find(@Nullable Object root, int[] ids, int tokens) {
        List<Node> chain = new ArrayList<>();
        Object parent = root;
        for (int page = 0; page < tokens / PAGE; page++) {
            Node node = nodes.get(new Key(parent, ids, page));
            if (node == null) {
                break;
            }
            chain.add(node);
            parent = node;
        }
        touch(chain);
        return chain.stream().mapToInt(each -> each.page).toArray();
    }

    /**
     * Learns pages.
     *
     * @param root the adapter by which they were computed, or null for none
     * @param pages those of the first tokens, all of them full
     * @param evictable whether a page may go: nobody else uses it
     * @return the pages that it keeps from now on, and those that it gave up for them
     */
    Change add(@Nullable Object root, int[] ids, int[] pages, IntPredicate evictable) {
        List<Integer> kept = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        List<Node> chain = new ArrayList<>();
        Object parent = root;
        for (int i = 0; i < pages.length; i++) {
            Key key = new Key(parent, ids, i);
            Node node = nodes.get(key);
            if (node == null) {
                if (nodes.size() >= most && !evict(evictable, given)) {
                    break;
                }
                node = new Node(key, pages[i]);
                nodes.put(key, node);
                kept.add(pages[i]);
            }
            chain.add(node);
            parent = node;
        }
        touch(chain);
        return new Change(kept, given);
    }

    /** Pages that the cache has begun and ended to keep. */
    record Change(List<Integer> kept, List<Integer> given) {}

    private void touch(List<Node> chain) {
        for (Node node : chain.reversed()) {
            nodes.get(node.key);
        }
    }

    /**
     * Gives all pages up that were computed by an adapter.
     *
     * @return them
     */
    List<Integer> forget(Object root) {
        List<Integer> given = new ArrayList<>();
        for (Iterator<Node> all = nodes.values().iterator(); all.hasNext(); ) {
            Node node = all.next();
            if (root.equals(rootOf(node))) {
                all.remove();
                given.add(node.page);
            }
        }
        return given;
    }

    private static @Nullable Object rootOf(Node node) {
        Object parent = node.key.parent;
        while (parent instanceof Node above) {
            parent = above.key.parent;
        }
        return parent;
    }

    /**
     * Gives the least recently used page up that may go.
     *
     * @param given gets it
     * @return false where there is none
     */
    boolean evict(IntPredicate evictable, List<Integer> given) {
        for (Iterator<Node> oldest = nodes.values().iterator(); oldest.hasNext(); ) {
            int page = oldest.next().page;
            if (evictable.test(page)) {
                oldest.remove();
                given.add(page);
                return true;
            }
        }
        return false;
    }
}
