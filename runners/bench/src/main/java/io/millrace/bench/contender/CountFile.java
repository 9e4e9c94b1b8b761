package io.millrace.bench.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A counter in a memory-mapped file, which another process can read at any time. An increment is
 * one store into memory. Each counter has its own file, whose name begins with the name of the
 * count.
 */
final class CountFile {
  private static final String SEPARATOR = "=";

  private final MappedByteBuffer memory;
  private long count;

  private CountFile(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /** Creates a counter. */
  static CountFile open(Path directory, String what) {
    Path file = directory.resolve(what + SEPARATOR + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        memory.order(ByteOrder.nativeOrder());
        return new CountFile(memory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot count in " + file, e);
    }
  }

  void increment() {
    memory.putLong(0, ++count);
  }

  /** The sums of all counters of a directory, by name. */
  static Map<String, Long> read(Path directory) {
    Map<String, Long> counts = new HashMap<>();
    if (!Files.isDirectory(directory)) {
      return counts;
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == Long.BYTES) {
          counts.merge(
              name.substring(0, name.indexOf(SEPARATOR)),
              ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong(),
              Long::sum);
        }
      }
      return counts;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory, e);
    }
  }
}
