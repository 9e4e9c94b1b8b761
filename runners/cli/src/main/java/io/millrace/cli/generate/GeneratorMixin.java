package io.millrace.cli.generate;

import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.generate.GeneratorOptions;
import picocli.CommandLine.Option;

/** Generator options of `demo` and `generate`. */
public final class GeneratorMixin {
  @Option(names = "--rate", description = "Events per second; 0 for no limit. Default: 0")
  public double rate;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Seed of the random events. Default: ${DEFAULT-VALUE}")
  public long seed;

  @Option(
      names = "--duplicates",
      defaultValue = "0.02",
      description = "Share of records sent twice. Default: ${DEFAULT-VALUE}")
  double duplicates;

  @Option(
      names = "--late",
      defaultValue = "0.01",
      description = "Share of events past the allowed lateness. Default: ${DEFAULT-VALUE}")
  double late;

  @Option(
      names = "--errors",
      defaultValue = "0.03",
      description = "Share of events that report an error. Default: ${DEFAULT-VALUE}")
  double errors;

  @Option(
      names = "--malformed",
      defaultValue = "0.01",
      description = "Share of malformed records. Default: ${DEFAULT-VALUE}")
  double malformed;

  @Option(
      names = "--hotKey",
      defaultValue = "0",
      description = "Share of events with the same key. Default: ${DEFAULT-VALUE}")
  double hotKey;

  /** The generator's options for a number of records, rate and seed. */
  public GeneratorOptions generator(long count, double atRate, long withSeed) {
    try {
      return GeneratorOptions.builder()
          .count(count)
          .rate(atRate)
          .seed(withSeed)
          .duplicates(duplicates)
          .late(late)
          .errors(errors)
          .malformed(malformed)
          .hotKey(hotKey)
          .build();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException(e.getMessage());
    }
  }
}
