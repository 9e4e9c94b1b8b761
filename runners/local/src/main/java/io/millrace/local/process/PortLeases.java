package io.millrace.local.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports that processes of this user have chosen for servers: locks of single bytes of one file in
 * the temporary directory, at the port's number. The operating system frees them with the process.
 */
final class PortLeases {
  /** Kept, because the JVM forgets a lock that nobody refers to. */
  private static final Map<Integer, FileLock> TAKEN = new ConcurrentHashMap<>();

  private PortLeases() {}

  /** Opened on first use. A second channel to the file would free the locks when it is closed. */
  private static final class File {
    private static final FileChannel CHANNEL = open();

    private static FileChannel open() {
      Path path =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "millrace-ports-" + System.getProperty("user.name"));
      try {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new LocalStackException("cannot write to " + path + ": " + e.getMessage(), e);
      }
    }
  }

  /** Leases a port until this process ends; false if it is leased, also by this process. */
  static boolean take(int port) {
    try {
      FileLock lock = File.CHANNEL.tryLock(port, 1, false);
      return lock != null && TAKEN.put(port, lock) == null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      throw new LocalStackException("cannot lease port " + port + ": " + e.getMessage(), e);
    }
  }
}
