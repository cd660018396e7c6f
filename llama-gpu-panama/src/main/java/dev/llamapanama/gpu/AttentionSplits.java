// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.StepShape;

/**
 * How the pages of a row are dealt to several blocks, so that few rows occupy the whole device, and their results combined.
 *
 * @param splits blocks that share the pages of a row
 * @param partialBytes memory for what they find: for each row, head and split its result, and a maximum and a sum
 */
record AttentionSplits(int splits, long partialBytes) {
    private static final int MOST_SPLITS = 64;
    /** Fewer aren't worth a block. */
    private static final int LEAST_PAGES = 4;

    private static final int BLOCKS_PER_MULTIPROCESSOR = 2;
    /** Heads of queries that one block takes, and elements of a head. */
    private static final int MOST_GROUP = 16;

    private static final int MOST_HEAD_DIM = 256;
    /** Threads of a block that combines, in groups with as many as a head has elements; how many groups, and splits of a group, few or at most. */
    private static final int COMBINING = 512;

    private static final int MOST_GROUPS = 4;

    private static final int FEW_SPLITS = 8;
    private static final int GROUP_SPLITS = 16;
    private static final int WARP = 32;

    /**
     * For queries of a plan, all of which look at pages of a layout.
     *
     * @param rows at most
     */
    static AttentionSplits of(Recording recording, KvLayout layout, int heads, int rows) {
        if (layout.headDim() > MOST_HEAD_DIM || heads / layout.kvHeads() > MOST_GROUP) {
            throw new IllegalArgumentException("attention: found heads of " + layout.headDim() + ", "
                    + heads / layout.kvHeads() + " for one of keys, expected at most " + MOST_HEAD_DIM + " and "
                    + MOST_GROUP);
        }
        int splits = splits(
                recording.shape(), layout, rows, recording.session().device().multiprocessors());
        return new AttentionSplits(splits, (long) rows * heads * splits * (layout.headDim() + 2) * Float.BYTES);
    }

    /** Threads of a block that combines them. */
    int combiningThreads(int headDim) {
        return wholeWarps(headDim) * Math.min(groups(headDim), Math.ceilDiv(splits, FEW_SPLITS));
    }

    private static int wholeWarps(int headDim) {
        return Math.ceilDiv(headDim, WARP) * WARP;
    }

    /** That combine, at most. */
    private static int groups(int headDim) {
        return Math.min(MOST_GROUPS, COMBINING / wholeWarps(headDim));
    }

    /** A step of many sequences usually has one row of each; one of a single sequence, as many as there is room for. */
    private static int splits(StepShape shape, KvLayout layout, int most, int multiprocessors) {
        int rows = shape.maxSequences() == 1 ? most : Math.min(most, shape.maxSequences());
        int wanted = Math.ceilDiv(BLOCKS_PER_MULTIPROCESSOR * multiprocessors, layout.kvHeads() * rows);
        int combined = Math.min(MOST_SPLITS, GROUP_SPLITS * groups(layout.headDim()));
        return Math.clamp(shape.maxPages() / LEAST_PAGES, 1, Math.min(wanted, combined));
    }
}
