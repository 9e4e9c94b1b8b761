package io.millrace.local.clickhouse.facade;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.Optional;

/** A file in memory, which disappears with its descriptor: also if this process is killed. */
final class MemoryFile implements AutoCloseable {
  private static final Optional<LibC> LIB_C = load();

  private final LibC libC;
  private final int descriptor;

  private MemoryFile(LibC libC, int descriptor) {
    this.libC = libC;
    this.descriptor = descriptor;
  }

  /** The C library. */
  interface LibC extends Library {
    @SuppressWarnings("MethodName") // The name in the library
    int memfd_create(String name, int flags) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private static Optional<LibC> load() {
    try {
      return Optional.of(Native.load("c", LibC.class));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /** Creates an empty file; empty if this system has none in memory. */
  static Optional<MemoryFile> create() {
    return LIB_C.flatMap(
        c -> {
          try {
            return Optional.of(new MemoryFile(c, c.memfd_create("spool", 0)));
          } catch (LastErrorException | UnsatisfiedLinkError e) {
            return Optional.empty();
          }
        });
  }

  /** A path of it in this process. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  @Override
  public void close() {
    int unused = libC.close(descriptor);
  }
}
