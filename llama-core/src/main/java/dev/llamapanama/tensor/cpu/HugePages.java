// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory in pages of 2 MiB in place of 4 KiB, which Java can't ask for by itself. Reading a gigabyte per token meets a new page of 4 KiB
 * every fraction of a microsecond; with large ones decoding is up to 1.6 times as fast, and first touching the memory takes a fraction of
 * the time. Only on Linux, and only where this module may call native functions ({@code --enable-native-access}): otherwise there is
 * none, and ordinary memory serves as well, more slowly.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/mm/transhuge.html">Transparent Hugepage Support</a>
 */
@SuppressWarnings("restricted")
final class HugePages {
    private static final Logger LOG = LoggerFactory.getLogger(HugePages.class);
    private static final long PAGE = 2 << 20;

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private final MethodHandle mmap =
            function("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private final MethodHandle madvise = function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle munmap = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);

    private HugePages() {}

    private static final class Instance {
        static final Optional<HugePages> IT = find();

        private static Optional<HugePages> find() {
            return isKnown() && isAllowed() ? Optional.of(new HugePages()) : Optional.empty();
        }
    }

    private static boolean isKnown() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return System.getProperty("os.name").equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"));
    }

    private static boolean isAllowed() {
        return HugePages.class.getModule().isNativeAccessEnabled();
    }

    /** What would help, or nothing. */
    static String advice() {
        return isKnown() && !isAllowed() ? "faster with huge pages: start Java with --enable-native-access" : "";
    }

    /** What this process can have, or nothing. */
    static Optional<HugePages> get() {
        return Instance.IT;
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(address, FunctionDescriptor.of(result, arguments));
    }

    /** Memory that is zero and takes no room before it is written to; or nothing where the system refuses it. */
    Optional<Mapping> map(long bytes) {
        long size = (bytes + PAGE - 1) / PAGE * PAGE + PAGE;
        try {
            MemorySegment start = (MemorySegment) mmap.invokeExact(
                    MemorySegment.NULL, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            if (start.address() == MAP_FAILED) {
                return Optional.empty();
            }
            MemorySegment whole = start.reinterpret(size);
            MemorySegment aligned = whole.asSlice(-start.address() & (PAGE - 1), size - PAGE);
            int advised = (int) madvise.invokeExact(aligned, aligned.byteSize(), MADV_HUGEPAGE);
            LOG.debug("Mapped {} bytes for weights, huge pages {}", size, advised == 0 ? "granted" : "refused");
            return Optional.of(new Mapping(whole, aligned));
        } catch (Throwable t) {
            throw new LinkageError("mmap", t);
        }
    }

    /**
     * @param whole what is mapped
     * @param memory the part of it that begins with a huge page
     */
    record Mapping(MemorySegment whole, MemorySegment memory) {}

    void unmap(Mapping mapping) {
        try {
            int result =
                    (int) munmap.invokeExact(mapping.whole(), mapping.whole().byteSize());
            if (result != 0) {
                throw new IllegalStateException("munmap refused " + mapping.whole());
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new LinkageError("munmap", t);
        }
    }
}
