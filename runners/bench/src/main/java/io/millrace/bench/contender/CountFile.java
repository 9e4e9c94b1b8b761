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
 * A count that another process can look at any time, for the price of a store into memory: a file
 * that is mapped. Each counter has a file of its own, whose name begins with what it counts.
 */
final class CountFile {
  private static final String SEPARATOR = "=";

  private final MappedByteBuffer memory;
  private long count;

  private CountFile(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /** A new counter. */
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

  /** What all counters of a directory have counted, by what. */
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
