// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Iterator;
import java.util.stream.LongStream;

/** Python's {@code range}: numbers from the first up to, or down to, before the end. */
record Range(long start, long end, long step) implements Walkable {
    @Override
    public String type() {
        return "range";
    }

    @Override
    public long length() {
        long span = step > 0 ? end - start : start - end;
        return span <= 0 ? 0 : (span - 1) / Math.abs(step) + 1;
    }

    long at(long index) {
        return start + index * step;
    }

    /** The numbers at places that are a range themselves. */
    Range at(Range places) {
        return new Range(at(places.start), at(places.end), step * places.step);
    }

    @Override
    public Iterator<Object> iterator() {
        return LongStream.range(0, length())
                .mapToObj(index -> (Object) at(index))
                .iterator();
    }

    @Override
    public String literal() {
        return "range(" + start + ", " + end + (step == 1 ? ")" : ", " + step + ")");
    }
}
