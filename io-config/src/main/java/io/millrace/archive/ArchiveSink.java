package io.millrace.archive;

import io.millrace.archive.schema.Position;
import io.millrace.archive.store.StoreCheck;
import io.millrace.archive.write.Rolling;
import io.millrace.archive.write.WriteToArchive;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.io.WriteResult;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Sink for an archive: Parquet files of accepted, error, late and dead rows by table and day.
 * Roll-ups, duplicates and filtered events are only counted: a replay makes roll-ups again.
 *
 * <p>Rows are retried indefinitely while the file system fails. Only a row that a file cannot hold
 * is returned.
 *
 * @param deadLetterTable whether dead letters are archived; if not, they are only counted
 */
public record ArchiveSink(
    ArchiveAddress archive,
    Rolling rolling,
    Contract contract,
    DeadLetterFactory deadLetters,
    Clock clock,
    boolean deadLetterTable)
    implements Sink {
  @Override
  public String kind() {
    return "archive";
  }

  @Override
  public String address() {
    return archive.toString();
  }

  @Override
  public List<String> check() {
    List<String> problems = new ArrayList<>();
    for (FieldDefinition field : contract.rowFields()) {
      if (field.name().equalsIgnoreCase(Position.NAME)) {
        problems.add(
            "%s: the column `%s` of the contract %s has the name of the column that an archive adds;"
                    .formatted(archive, field.name(), contract.name())
                + " rename the field");
      }
    }
    problems.addAll(StoreCheck.problems(archive.store()));
    return problems;
  }

  @Override
  public void prepare() {
    List<String> problems = check();
    if (!problems.isEmpty()) {
      throw new SinkException(problems);
    }
    try {
      StoreCheck.prepare(archive.store(), Instant.ofEpochMilli(clock.millis()));
    } catch (IOException e) {
      throw new SinkException(
          List.of("%s cannot be created: %s".formatted(archive, e.getMessage())));
    }
  }

  @Override
  public PTransform<PCollectionTuple, WriteResult> write() {
    return new WriteToArchive(
        new WriteToArchive.Config(
            archive.root(), contract, rolling, deadLetters, clock, Thread::sleep, deadLetterTable));
  }
}
