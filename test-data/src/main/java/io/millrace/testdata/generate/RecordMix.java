package io.millrace.testdata.generate;

import java.util.random.RandomGenerator;

/** Draws the kind of the next record. Kinds that were not possible are drawn again later. */
final class RecordMix {
  private final GeneratorOptions options;
  private final RandomGenerator random;
  private long owedDuplicates;
  private long owedLate;

  RecordMix(GeneratorOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
  }

  enum Kind {
    DUPLICATE,
    LATE,
    MALFORMED,
    ON_TIME
  }

  Kind draw() {
    double drawn = random.nextDouble() - options.duplicates();
    if (drawn < 0) {
      return Kind.DUPLICATE;
    }
    drawn -= options.late();
    if (drawn < 0) {
      return Kind.LATE;
    }
    drawn -= options.malformed();
    if (drawn < 0) {
      return Kind.MALFORMED;
    }
    return drawOwed();
  }

  /** Draws a kind again later, because it is not possible now. */
  void owe(Kind kind) {
    if (kind == Kind.DUPLICATE) {
      owedDuplicates++;
    } else {
      owedLate++;
    }
  }

  // One in four draws, so that owed records are spread out.
  private Kind drawOwed() {
    if (owedDuplicates + owedLate > 0 && random.nextInt(4) == 0) {
      if (random.nextLong(owedDuplicates + owedLate) < owedDuplicates) {
        owedDuplicates--;
        return Kind.DUPLICATE;
      }
      owedLate--;
      return Kind.LATE;
    }
    return Kind.ON_TIME;
  }
}
