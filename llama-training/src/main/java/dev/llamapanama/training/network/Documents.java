// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

/**
 * Where the documents of a batch lie.
 *
 * @param starts first row of each, and the number of rows
 * @param positions of the rows in their documents
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and made for one batch
record Documents(int[] starts, int[] positions) {
    static Documents of(Batch batch) {
        int[] positions = new int[batch.size()];
        for (int i = 0; i + 1 < batch.starts.length; i++) {
            for (int row = batch.starts[i]; row < batch.starts[i + 1]; row++) {
                positions[row] = row - batch.starts[i];
            }
        }
        return new Documents(batch.starts, positions);
    }

    int rows() {
        return positions.length;
    }
}
