package io.millrace.archive;

import io.millrace.archive.write.Rolling;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.Sink;

/** An archive as an output. */
public record ArchiveOutput(ArchiveAddress archive, Rolling rolling) implements OutputConfig {
  @Override
  public String address() {
    return archive.toString();
  }

  @Override
  public Sink open(
      Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable) {
    return new ArchiveSink(archive, rolling, contract, deadLetters, clock, deadLetterTable);
  }
}
