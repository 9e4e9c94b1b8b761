package io.millrace.alert;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Runs of equal verdicts of consecutive ticks, in order of time, without gaps. Immutable: there are
 * few runs, and most operations leave them as they are.
 */
final class VerdictRuns {
  static final VerdictRuns EMPTY = new VerdictRuns(new long[0], new Verdict[0]);

  private final long[] firsts;
  private final Verdict[] verdicts;

  private VerdictRuns(long[] firsts, Verdict[] verdicts) {
    this.firsts = firsts;
    this.verdicts = verdicts;
  }

  int count() {
    return firsts.length;
  }

  /** The first tick of a run. */
  long first(int run) {
    return firsts[run];
  }

  /**
   * The last tick of a run.
   *
   * @param end the last tick of all
   */
  long last(int run, long end) {
    return run + 1 < firsts.length ? firsts[run + 1] - 1 : end;
  }

  Verdict verdict(int run) {
    return verdicts[run];
  }

  /** Whether a run that begins at a tick or before it has a verdict. */
  boolean has(Verdict verdict, long upTo) {
    for (int i = 0; i < firsts.length && firsts[i] <= upTo; i++) {
      if (verdicts[i] == verdict) {
        return true;
      }
    }
    return false;
  }

  /** With the verdict of the tick after the last one. */
  VerdictRuns append(long tick, Verdict verdict) {
    int count = firsts.length;
    if (count > 0 && verdicts[count - 1] == verdict) {
      return this;
    }
    long[] moreFirsts = Arrays.copyOf(firsts, count + 1);
    Verdict[] moreVerdicts = Arrays.copyOf(verdicts, count + 1);
    moreFirsts[count] = tick;
    moreVerdicts[count] = verdict;
    return new VerdictRuns(moreFirsts, moreVerdicts);
  }

  /**
   * With another verdict of the ticks from the first to the last one, which touch the others.
   *
   * @param end the last tick of all
   */
  VerdictRuns paint(long first, long last, Verdict verdict, long end) {
    Builder builder = new Builder(firsts.length + 2);
    boolean painted = false;
    for (int i = 0; i < firsts.length; i++) {
      long runLast = last(i, end);
      if (firsts[i] < first) {
        builder.add(firsts[i], verdicts[i]);
      }
      if (!painted && runLast >= first) {
        builder.add(first, verdict);
        painted = true;
      }
      if (runLast > last) {
        builder.add(Math.max(firsts[i], last + 1), verdicts[i]);
      }
    }
    if (!painted) {
      builder.add(first, verdict);
    }
    return builder.build();
  }

  /**
   * The runs after a tick.
   *
   * @param end the last tick of all
   */
  VerdictRuns after(long tick, long end) {
    int gone = 0;
    while (gone < firsts.length && last(gone, end) <= tick) {
      gone++;
    }
    if (gone == firsts.length) {
      return EMPTY;
    }
    long[] rest = Arrays.copyOfRange(firsts, gone, firsts.length);
    rest[0] = Math.max(rest[0], tick + 1);
    return new VerdictRuns(
        rest, gone == 0 ? verdicts : Arrays.copyOfRange(verdicts, gone, verdicts.length));
  }

  static VerdictRuns read(ByteBuffer in) {
    int count = in.getInt();
    long[] firsts = new long[count];
    Verdict[] verdicts = new Verdict[count];
    for (int i = 0; i < count; i++) {
      firsts[i] = in.getLong();
      verdicts[i] = Verdict.of(in.get());
    }
    return new VerdictRuns(firsts, verdicts);
  }

  /** Adds runs in order of time, and joins equal neighbors. */
  private static final class Builder {
    private final long[] firsts;
    private final Verdict[] verdicts;
    private int count;

    Builder(int most) {
      this.firsts = new long[most];
      this.verdicts = new Verdict[most];
    }

    void add(long first, Verdict verdict) {
      if (count > 0 && verdicts[count - 1] == verdict) {
        return;
      }
      firsts[count] = first;
      verdicts[count] = verdict;
      count++;
    }

    VerdictRuns build() {
      return new VerdictRuns(Arrays.copyOf(firsts, count), Arrays.copyOf(verdicts, count));
    }
  }
}
