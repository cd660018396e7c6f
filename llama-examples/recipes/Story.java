// SPDX-License-Identifier: Apache-2.0

/**
 * A story.
 *
 * @param request what it answered, or nothing
 * @param text letters, digits and punctuation of ASCII
 */
record Story(String request, String text) {}
