package io.millrace.direct;

import io.millrace.event.Outcome;
import io.millrace.pipeline.Balance;
import java.io.PrintStream;
import java.util.Locale;

/**
 * One line that tells how a run is going: rewritten in place on a terminal, a new line every few
 * seconds elsewhere.
 */
final class ProgressLine {
  private static final long QUIET_MILLIS = 5_000;

  private final PrintStream out;
  private final boolean terminal;
  private long lastMillis;
  private long lastRead;
  private long lastPrintedMillis;
  private double rate;
  private int width;

  /**
   * On standard error, from now on by this computer's clock; the script says if it is a terminal.
   */
  static ProgressLine onStandardError() {
    return new ProgressLine(
        System.err, Boolean.getBoolean("millrace.terminal"), System.currentTimeMillis());
  }

  ProgressLine(PrintStream out, boolean terminal, long nowMillis) {
    this.out = out;
    this.terminal = terminal;
    this.lastMillis = nowMillis;
    this.lastPrintedMillis = nowMillis;
  }

  /** Shows the state; the rate is that since the last call. */
  void show(Balance balance, String freshness, long nowMillis) {
    if (nowMillis - lastMillis >= 500) {
      rate = (balance.read() - lastRead) * 1000.0 / (nowMillis - lastMillis);
      lastMillis = nowMillis;
      lastRead = balance.read();
    }
    if (!terminal && nowMillis - lastPrintedMillis < QUIET_MILLIS) {
      return;
    }
    lastPrintedMillis = nowMillis;
    String line =
        String.format(
            Locale.ROOT,
            "read %,d (%,.0f/s) | accepted %,d | error %,d | duplicate %,d | late %,d | dead %,d"
                + " | in flight %,d | freshness p95 %s",
            balance.read(),
            rate,
            balance.of(Outcome.ACCEPTED),
            balance.of(Outcome.ERROR),
            balance.of(Outcome.DUPLICATE),
            balance.of(Outcome.LATE),
            balance.of(Outcome.DEAD),
            balance.inFlight(),
            freshness);
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      out.flush();
      width = line.length();
    } else {
      out.println(line);
    }
  }

  /** Ends the line, so that what follows begins on one of its own. */
  void end() {
    if (terminal && width > 0) {
      out.println();
      width = 0;
    }
  }
}
