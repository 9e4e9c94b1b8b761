package io.millrace.file;

import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.SendWithRetry;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.io.SourceAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Writes dead letters to files in a directory of the worker, as lines of {@link DeadLetterJson}. A
 * file is written when its oldest dead letter has waited for {@link #MAX_AGE}, or when the batch is
 * full. It gets its name when it is complete and is never changed afterwards.
 *
 * @param directory an absolute path
 */
record SendToFiles(String directory) implements DeadLetterOutput {
  /** Longest wait of a dead letter for its file. */
  static final Duration MAX_AGE = Duration.standardSeconds(10);

  private static final long MAX_LETTERS = 10_000;
  private static final long MAX_BYTES = 16L << 20;

  /** Parses a URL as {@link FileConnector#parseDeadLetters} does. */
  static SendToFiles parse(String text) {
    String path = text.substring(FileAddress.SCHEME.length());
    if (!path.startsWith("/") || !path.endsWith("/") || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "`" + text + "`: expected a directory with a trailing slash: file:///directory/");
    }
    return new SendToFiles(Path.of(path).normalize().toString());
  }

  @Override
  public String kind() {
    return "files";
  }

  @Override
  public String address() {
    return FileAddress.SCHEME + directory + (directory.endsWith("/") ? "" : "/");
  }

  @Override
  public List<String> check() {
    Path path = Path.of(directory);
    if (!Files.isDirectory(path)) {
      return List.of(
          "dead-letter directory %s does not exist: create it, or correct --deadLetters"
              .formatted(directory));
    }
    return Files.isWritable(path) && Files.isExecutable(path)
        ? List.of()
        : List.of(
            "dead-letter directory %s: this user has no permission to write files there"
                .formatted(directory));
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    if (!(input instanceof FileAddress files)) {
      return false;
    }
    // Assumes that the last part of a pattern matches any file, and ** any subdirectory.
    String pattern = files.path();
    String parent = pattern.substring(0, pattern.lastIndexOf('/'));
    int wild = pattern.indexOf("**");
    return Path.of("/", parent).normalize().toString().equals(directory)
        || (wild >= 0
            && (directory + "/").startsWith(pattern.substring(0, pattern.lastIndexOf('/', wild))));
  }

  @Override
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    String to = directory;
    return new SendWithRetry(
        SendWithRetry.Config.of(
            address(),
            options ->
                new FileSender(
                    Path.of(to), sink, Clock.system(), () -> UUID.randomUUID().toString())),
        PTransform.compose("GatherForFile", this::gather));
  }

  /** Groups dead letters into files with a single key, because they are few. */
  private PCollection<Iterable<DeadLetter>> gather(PCollection<DeadLetter> letters) {
    return letters
        .apply("OneKey", WithKeys.of(address()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), DeadLetterCoder.of()))
        .apply(
            "FileFuls",
            GroupIntoBatches.<String, DeadLetter>ofSize(MAX_LETTERS)
                .withByteSize(MAX_BYTES, DeadLetterJson::roughBytes)
                .withMaxBufferingDuration(MAX_AGE))
        .apply("WithoutKey", Values.create());
  }
}
