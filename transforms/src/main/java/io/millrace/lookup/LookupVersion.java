package io.millrace.lookup;

import java.time.Instant;
import java.util.HexFormat;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A version of what a look-up looks up in.
 *
 * @param name tells versions apart; follows from the content, so it is the same on all workers
 * @param loaded when the version was loaded
 * @param checked when the source had this version last
 * @param tag the source's own tag of it; null: it has none
 */
public record LookupVersion(
    LookupIndex index, String name, Instant loaded, Instant checked, @Nullable String tag) {
  /** The version as a number, for a metric: its name, if that is a hexadecimal number. */
  public long number() {
    boolean hexadecimal = !name.isEmpty() && name.chars().allMatch(HexFormat::isHexDigit);
    return hexadecimal
        ? HexFormat.fromHexDigitsToLong(name)
        : Integer.toUnsignedLong(name.hashCode());
  }

  LookupVersion checkedAt(Instant now) {
    return new LookupVersion(index, name, loaded, now, tag);
  }
}
