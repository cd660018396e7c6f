// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** How many pages of keys and values are taken, whenever that changes. */
@Name("dev.llamapanama.KvPool")
@Label("KV Pool")
@Description("Pages of keys and values, of 16 positions each, after some were taken or given back")
@Category("Llama Panama")
@StackTrace(false)
final class KvPoolEvent extends Event {
    @Label("Pages")
    final int pages;

    @Label("Free Pages")
    final int free;

    private KvPoolEvent(int pages, int free) {
        this.pages = pages;
        this.free = free;
    }

    static void emit(int pages, int free) {
        new KvPoolEvent(pages, free).commit();
    }
}
