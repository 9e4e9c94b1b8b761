package io.millrace.alert;

import java.nio.ByteBuffer;

/**
 * An alert on results that are numbers: met from 10 on, cleared below 5, or below 10 without
 * hysteresis. Of a result, the events are its own.
 */
record NumberAlert(
    String name, long hold, boolean hysteresis, boolean early, long absentTicks, long forgetTicks)
    implements JudgedAlert<NumberAlert.Result> {

  /**
   * A result.
   *
   * @param events the number of events
   * @param value what is judged
   */
  record Result(long events, long value) {}

  static final StoredResult.Form<Result> RESULTS =
      new StoredResult.Form<>() {
        @Override
        public byte[] bytes(Result result) {
          return ByteBuffer.allocate(16).putLong(result.events).putLong(result.value).array();
        }

        @Override
        public Result result(byte[] bytes) {
          ByteBuffer in = ByteBuffer.wrap(bytes);
          return new Result(in.getLong(), in.getLong());
        }

        @Override
        public long events(Result result) {
          return result.events;
        }
      };

  static StoredResult<Result> stored(long events, long value) {
    return StoredResult.of(RESULTS, new Result(events, value));
  }

  static NumberAlert of(String name, long hold) {
    return new NumberAlert(name, hold, false, false, 0, 0);
  }

  static NumberAlert absence(String name, long absentTicks, long forgetTicks) {
    return new NumberAlert(name, 0, false, false, absentTicks, forgetTicks);
  }

  @Override
  public int fingerprint() {
    return hashCode();
  }

  @Override
  public AlertTimeline.Rule rule() {
    return isAboutAbsence()
        ? new AlertTimeline.Rule(absentTicks - 1, false)
        : new AlertTimeline.Rule(hold, true);
  }

  @Override
  public boolean isAboutAbsence() {
    return absentTicks > 0;
  }

  @Override
  public Verdict verdict(Result result) {
    if (isAboutAbsence()) {
      return Verdict.CLEARED;
    }
    if (result.value >= 10) {
      return Verdict.MET;
    }
    return hysteresis && result.value >= 5 ? Verdict.BETWEEN : Verdict.CLEARED;
  }
}
