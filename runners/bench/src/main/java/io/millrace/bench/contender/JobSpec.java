package io.millrace.bench.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.baseline.PlainServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What a job in a process of its own is told, as a file of JSON.
 *
 * @param contender which job
 * @param kafka the broker, {@code host:port}
 * @param topic holds the events
 * @param records how many there are
 * @param server where rows go
 * @param contract the file
 * @param parallelism subtasks of a step, or threads
 * @param directory for checkpoints and counts, the job's own
 */
public record JobSpec(
    Contender contender,
    String kafka,
    String topic,
    long records,
    PlainServer server,
    String contract,
    int parallelism,
    String directory) {

  public void write(Path file) {
    try {
      new ObjectMapper().writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  static JobSpec read(Path file) {
    try {
      return new ObjectMapper().readValue(file.toFile(), JobSpec.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  Path checkpoints() {
    return Path.of(directory, "checkpoints");
  }

  public Path counts() {
    return Path.of(directory, "counts");
  }
}
