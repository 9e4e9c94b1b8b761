package io.millrace.cli.generate;

import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.generate.GeneratorOptions;
import picocli.CommandLine.Option;

/** The options of `demo` and `generate` for what is generated. */
public final class GeneratorMixin {
  @Option(names = "--rate", description = "Events a second; 0: as fast as possible. Default: 0")
  public double rate;

  @Option(names = "--seed", defaultValue = "42", description = "Default: ${DEFAULT-VALUE}")
  public long seed;

  @Option(
      names = "--duplicates",
      defaultValue = "0.02",
      description = "Share of records sent again. Default: ${DEFAULT-VALUE}")
  double duplicates;

  @Option(
      names = "--late",
      defaultValue = "0.01",
      description = "Share past the allowed lateness. Default: ${DEFAULT-VALUE}")
  double late;

  @Option(
      names = "--errors",
      defaultValue = "0.03",
      description = "Share that reports an error. Default: ${DEFAULT-VALUE}")
  double errors;

  @Option(
      names = "--malformed",
      defaultValue = "0.01",
      description = "Share that cannot be decoded. Default: ${DEFAULT-VALUE}")
  double malformed;

  @Option(
      names = "--hotKey",
      defaultValue = "0",
      description = "Share that belongs to one key. Default: ${DEFAULT-VALUE}")
  double hotKey;

  /** These options for a number of records at a rate. */
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
