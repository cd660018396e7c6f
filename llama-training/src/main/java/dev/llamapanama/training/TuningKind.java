// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

/** What a fine-tuning learns from. */
public enum TuningKind {
    /** Supervised fine-tuning: answers. */
    SFT,
    /** Direct preference optimisation: pairs of answers, one of which is better. */
    DPO,
    /** A reward model: the same pairs, of which it is to tell the better one. */
    REWARD,
    /** Proximal policy optimisation: what a reward model says of answers of its own. */
    PPO
}
