// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * Whether a backend can be used on this machine, and why, in words a user can act on.
 *
 * @param usable whether {@link BackendProvider#open} is expected to succeed
 * @param reason what was found ("AVX-512, 2 cores"), or what is missing and which flag or install mends it
 */
public record Usability(boolean usable, String reason) {

    /** The backend can be used. */
    public static Usability usable(String found) {
        return new Usability(true, found);
    }

    /** The backend can't be used. */
    public static Usability unusable(String missing) {
        return new Usability(false, missing);
    }
}
