package io.millrace.cli.init.guess;

import io.millrace.contract.TimeFormat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds the unit in which numbers are times. */
final class EpochUnit {
  private static final List<TimeFormat> UNITS =
      List.of(TimeFormat.EPOCH_S, TimeFormat.EPOCH_MS, TimeFormat.EPOCH_US, TimeFormat.EPOCH_NS);

  /** Times that a number is taken for: from 2000 to 2100, in seconds. */
  private static final BigDecimal FIRST = BigDecimal.valueOf(946_684_800L);

  private static final BigDecimal LAST = BigDecimal.valueOf(4_102_444_800L);

  /** How many in a hundred values must be times; zero often stands for no time. */
  private static final int MOST_PERCENT = 90;

  private EpochUnit() {}

  /** The unit by which nearly all values are times of this century; null if there is none. */
  static @Nullable TimeFormat of(ValueProfile values) {
    for (TimeFormat unit : UNITS) {
      long times = values.numbers().stream().filter(n -> isTime(n, unit)).count();
      if (times > 0 && times * 100 >= (long) values.present() * MOST_PERCENT) {
        int digits = unit == TimeFormat.EPOCH_S ? unit.digits() : 0;
        boolean valid =
            values.numbers().stream().allMatch(n -> n.stripTrailingZeros().scale() <= digits);
        return valid ? unit : null;
      }
    }
    return null;
  }

  private static boolean isTime(BigDecimal number, TimeFormat unit) {
    long digits = (long) number.precision() - number.scale() - subSecondDigits(unit);
    // A large exponent would be written out as that many digits.
    if (digits < FIRST.precision() || digits > LAST.precision()) {
      return false;
    }
    BigDecimal seconds = inSeconds(number, unit);
    return seconds.compareTo(FIRST) >= 0 && seconds.compareTo(LAST) < 0;
  }

  private static BigDecimal inSeconds(BigDecimal number, TimeFormat unit) {
    return number.movePointLeft(subSecondDigits(unit));
  }

  private static int subSecondDigits(TimeFormat unit) {
    return unit == TimeFormat.EPOCH_S ? 0 : unit.digits();
  }

  /** The times of this century among numbers, in seconds. */
  static List<Long> seconds(ValueProfile values, TimeFormat unit) {
    return values.numbers().stream()
        .filter(n -> isTime(n, unit))
        .map(n -> inSeconds(n, unit).setScale(0, RoundingMode.FLOOR).longValue())
        .toList();
  }
}
