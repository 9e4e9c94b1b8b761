package io.millrace.testdata.generate;

import java.util.random.RandomGenerator;

/** Decides what the next record is, and makes up later for what was not possible when drawn. */
final class RecordMix {
  private final GeneratorOptions options;
  private final RandomGenerator random;
  private long owedDuplicates;
  private long owedLate;

  RecordMix(GeneratorOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
  }

  /** What a record is drawn to be. */
  enum Turn {
    DUPLICATE,
    LATE,
    MALFORMED,
    ON_TIME
  }

  Turn draw() {
    double drawn = random.nextDouble() - options.duplicates();
    if (drawn < 0) {
      return Turn.DUPLICATE;
    }
    drawn -= options.late();
    if (drawn < 0) {
      return Turn.LATE;
    }
    drawn -= options.malformed();
    if (drawn < 0) {
      return Turn.MALFORMED;
    }
    return payBack();
  }

  /** What was drawn cannot be sent now. */
  void owe(Turn turn) {
    if (turn == Turn.DUPLICATE) {
      owedDuplicates++;
    } else {
      owedLate++;
    }
  }

  // Only now and then, so that what is owed does not come as one block.
  private Turn payBack() {
    if (owedDuplicates + owedLate > 0 && random.nextInt(4) == 0) {
      if (random.nextLong(owedDuplicates + owedLate) < owedDuplicates) {
        owedDuplicates--;
        return Turn.DUPLICATE;
      }
      owedLate--;
      return Turn.LATE;
    }
    return Turn.ON_TIME;
  }
}
