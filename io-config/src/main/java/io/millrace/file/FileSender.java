package io.millrace.file;

import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.Sender;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Writes each batch of dead letters to a new file in a directory. The file gets its name after it
 * is complete and synced to disk.
 *
 * @param ids returns unique texts over all workers
 */
record FileSender(Path directory, String sink, Clock clock, Supplier<String> ids)
    implements Sender {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public Unsent send(List<DeadLetter> letters) {
    String name =
        "dead-letters-%s-%s.jsonl"
            .formatted(NAME.format(Instant.ofEpochMilli(clock.millis())), ids.get());
    Path hidden = directory.resolve("." + name + ".tmp");
    try {
      try (FileChannel file =
              FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(file)) {
        for (DeadLetter letter : letters) {
          out.write(DeadLetterJson.of(letter, sink));
          out.write('\n');
        }
        file.force(true);
      }
      Files.move(hidden, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      // Syncs the directory, so that the name survives a crash of the machine.
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
      return Unsent.NONE;
    } catch (IOException e) {
      remove(hidden);
      return new Unsent(letters, reason(e), true);
    }
  }

  private static void remove(Path hidden) {
    try {
      Files.deleteIfExists(hidden);
    } catch (IOException e) {
      // The first error is reported; a hidden file does no harm.
    }
  }

  private static String reason(IOException e) {
    String what =
        e instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : e.getClass().getSimpleName();
    return ("cannot write a file: %s -> check the directory, its permissions and the free"
            + " space")
        .formatted(what);
  }

  @Override
  public void close() {}
}
