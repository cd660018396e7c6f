// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

import java.time.Duration;

/**
 * A model was opened.
 *
 * @param model its file or folder
 * @param format of that, in words
 * @param backend name of the backend
 * @param device what it computes on
 * @param threads threads that compute
 * @param contextLength positions that a generation may have
 * @param took from the call on
 */
public record ModelOpened(
        String model, String format, String backend, String device, int threads, int contextLength, Duration took) {}
