// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

/**
 * A part of a {@link DataMixture}.
 *
 * @param name for reports
 * @param documents at least one
 * @param weight its share of the tokens, beside the weights of the others
 */
public record DataSource(String name, TokenizedDocuments documents, double weight) {
    public DataSource {
        if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("weight of " + name + ": found " + weight + ", expected above 0");
        }
        if (documents.tokens() == 0) {
            throw new IllegalArgumentException("documents of " + name + ": found none");
        }
    }
}
