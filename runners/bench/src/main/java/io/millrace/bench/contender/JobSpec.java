package io.millrace.bench.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.baseline.PlainServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The parameters of a contender's process, passed as a JSON file.
 *
 * @param kafka the broker, {@code host:port}
 * @param contract the contract's file
 * @param parallelism subtasks of a step, or threads
 * @param directory the job's directory for checkpoints and counts
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
}
