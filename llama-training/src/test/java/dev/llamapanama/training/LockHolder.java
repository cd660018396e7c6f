// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that locks a file, says so, and waits to be killed; or says that it can't. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            System.out.print(lock == null ? '?' : '!');
            System.out.flush();
            if (lock != null) {
                System.in.read();
            }
        }
    }
}
