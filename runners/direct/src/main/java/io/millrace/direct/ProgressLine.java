package io.millrace.direct;

import io.millrace.event.Outcome;
import io.millrace.pipeline.Balance;
import java.io.PrintStream;
import java.util.Locale;

/**
 * A run's progress line, updated in place on a terminal. Elsewhere it prints a new line every ten
 * seconds. It also prints one immediately when the first record is read, an outcome has its first
 * event, or a run stalls for ten seconds. It never repeats a line.
 */
public final class ProgressLine {
  private static final long EVERY_MILLIS = 10_000;
  private static final long RATE_MILLIS = 500;
  private static final long MEGABYTE = 1_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private long rateMillis;
  private long rateEvents;
  private double rate;
  private long printedMillis;
  private String printed = "";
  private int width;
  private long movedMillis;
  private long moved;
  private boolean moving;
  private int outcomesSeen;

  /** A line on standard error; the launcher script sets whether it is a terminal. */
  public static ProgressLine onStandardError() {
    return new ProgressLine(
        System.err, Boolean.getBoolean("millrace.terminal"), System.currentTimeMillis());
  }

  ProgressLine(PrintStream out, boolean terminal, long nowMillis) {
    this.out = out;
    this.terminal = terminal;
    this.rateMillis = nowMillis;
    this.printedMillis = nowMillis;
    this.movedMillis = nowMillis;
  }

  /**
   * Shows the balance. The rate is computed since the last call.
   *
   * @param fileBytes decompressed bytes read from files; 0 without files
   */
  public void show(Balance balance, String freshness, long fileBytes, long nowMillis) {
    if (nowMillis - rateMillis >= RATE_MILLIS) {
      rate = (balance.events() - rateEvents) * 1000.0 / (nowMillis - rateMillis);
      rateMillis = nowMillis;
      rateEvents = balance.events();
    }
    boolean changed = changes(balance, fileBytes, nowMillis);
    if (!terminal && !changed && nowMillis - printedMillis < EVERY_MILLIS) {
      return;
    }
    String line = text(balance, freshness, fileBytes);
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      out.flush();
      width = line.length();
    } else {
      printedMillis = nowMillis;
      if (!line.equals(printed)) {
        out.println(line);
        printed = line;
      }
    }
  }

  /** Whether reading or an outcome began, or the run stalled, since the last call. */
  private boolean changes(Balance balance, long fileBytes, long nowMillis) {
    boolean before = moving;
    int seenBefore = outcomesSeen;
    long now = balance.read() + balance.accounted() + fileBytes;
    if (now != moved) {
      moved = now;
      movedMillis = nowMillis;
      moving = true;
    } else if (nowMillis - movedMillis >= EVERY_MILLIS) {
      moving = false;
    }
    outcomesSeen = 0;
    for (Outcome outcome : Outcome.values()) {
      outcomesSeen += balance.of(outcome) > 0 ? 1 : 0;
    }
    return moving != before || outcomesSeen > seenBefore;
  }

  private String text(Balance balance, String freshness, long fileBytes) {
    return String.format(
        Locale.ROOT,
        "read %,d%s (%,.0f/s)%s | accepted %,d | error %,d | duplicate %,d | late %,d%s | dead %,d"
            + " | in flight %,d | freshness p95 %s",
        balance.read(),
        balance.events() == balance.read()
            ? ""
            : String.format(Locale.ROOT, " records, %,d events", balance.events()),
        rate,
        fileBytes == 0
            ? ""
            : String.format(Locale.ROOT, " from %,.1f MB", (double) fileBytes / MEGABYTE),
        balance.of(Outcome.ACCEPTED),
        balance.of(Outcome.ERROR),
        balance.of(Outcome.DUPLICATE),
        balance.of(Outcome.LATE),
        balance.of(Outcome.FILTERED) == 0
            ? ""
            : String.format(Locale.ROOT, " | filtered %,d", balance.of(Outcome.FILTERED)),
        balance.of(Outcome.DEAD),
        Math.max(0, balance.inFlight()),
        freshness);
  }

  /** Terminates the line, so that further output starts on a new one. */
  public void end() {
    if (terminal && width > 0) {
      out.println();
      width = 0;
    }
  }
}
