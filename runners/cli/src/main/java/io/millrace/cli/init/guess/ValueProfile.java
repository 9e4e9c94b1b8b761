package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contract.IpText;
import io.millrace.decode.IsoTime;
import io.millrace.decode.UuidText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the values at one path of a sample have in common. Not thread-safe.
 *
 * <p>State: the distinct texts of scalars, at most {@value #MOST_DISTINCT}.
 */
public final class ValueProfile {
  static final int MOST_DISTINCT = 100_000;

  /** Bounds of the years 1900 and 2262 that each precision of a time holds, in seconds. */
  private static final long FIRST_SECOND = -2_208_988_800L;

  private static final long LAST_SECOND = 9_214_646_400L;

  /** Kinds of values. An integer has neither point nor exponent. */
  public enum Kind {
    TEXT,
    INTEGER,
    FRACTION,
    BOOLEAN,
    OBJECT,
    ARRAY
  }

  /** What may be true of all texts of a path. */
  enum TextForm {
    UUID,
    ISO_TIME,
    /** A time with or without offset. */
    LOCAL_TIME,
    IPV4,
    /** An address of either version. */
    IP,
    INTEGER,
    NUMBER
  }

  private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
  private final Map<TextForm, Integer> forms = new EnumMap<>(TextForm.class);
  private final Set<String> distinct = new HashSet<>();
  private final Map<String, ValueProfile> children = new LinkedHashMap<>();
  private @Nullable ValueProfile elements;
  private int present;
  private int nulls;
  private final List<Long> isoSeconds = new ArrayList<>();
  private final List<BigDecimal> numbers = new ArrayList<>();
  private int timeDigits;

  /** Adds the value of one event. */
  public void add(JsonNode value) {
    if (value.isNull()) {
      nulls++;
      return;
    }
    present++;
    if (value.isObject()) {
      counted(Kind.OBJECT);
      value
          .fields()
          .forEachRemaining(
              entry ->
                  children
                      .computeIfAbsent(entry.getKey(), key -> new ValueProfile())
                      .add(entry.getValue()));
    } else if (value.isArray()) {
      counted(Kind.ARRAY);
      if (elements == null) {
        elements = new ValueProfile();
      }
      value.forEach(elements::add);
    } else {
      scalar(value);
    }
  }

  private void scalar(JsonNode value) {
    if (distinct.size() < MOST_DISTINCT) {
      distinct.add(value.asText());
    }
    if (value.isTextual()) {
      counted(Kind.TEXT);
      text(value.textValue());
    } else if (value.isBoolean()) {
      counted(Kind.BOOLEAN);
    } else {
      counted(value.isIntegralNumber() ? Kind.INTEGER : Kind.FRACTION);
      number(value.decimalValue());
    }
  }

  private void counted(Kind kind) {
    kinds.merge(kind, 1, Integer::sum);
  }

  private void number(BigDecimal value) {
    if (numbers.size() < MOST_DISTINCT) {
      numbers.add(value);
    }
  }

  private void text(String text) {
    counted(TextForm.UUID, UuidText.canonical(text) != null);
    counted(TextForm.IPV4, IpText.ipv4(text) != null);
    counted(TextForm.IP, IpText.ipv6(text) != null);
    time(text);
    boolean number = NumberForm.isNumber(text);
    counted(TextForm.NUMBER, number);
    counted(TextForm.INTEGER, NumberForm.isInteger(text));
    if (number) {
      number(new BigDecimal(text));
    }
  }

  private void counted(TextForm form, boolean is) {
    if (is) {
      forms.merge(form, 1, Integer::sum);
    }
  }

  private void time(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    IsoTime iso = new IsoTime();
    long strict = iso.parse(bytes, 0, bytes.length);
    long seconds = IsoTime.isTime(strict) ? strict : iso.parse(bytes, 0, bytes.length, true);
    boolean held = IsoTime.isTime(seconds) && seconds >= FIRST_SECOND && seconds < LAST_SECOND;
    if (!held) {
      return;
    }
    counted(TextForm.LOCAL_TIME, true);
    counted(TextForm.ISO_TIME, IsoTime.isTime(strict));
    int digits = 9;
    for (int nanos = iso.nanos(); digits > 0 && nanos % 10 == 0; nanos /= 10) {
      digits--;
    }
    timeDigits = Math.max(timeDigits, digits);
    if (isoSeconds.size() < MOST_DISTINCT) {
      isoSeconds.add(seconds);
    }
  }

  /** Events that have a value that is not null. */
  public int present() {
    return present;
  }

  /** Events in which it is null. */
  int nulls() {
    return nulls;
  }

  public Set<Kind> kinds() {
    return kinds.keySet();
  }

  int count(Kind kind) {
    return kinds.getOrDefault(kind, 0);
  }

  /** Whether there are texts, and all have a form. */
  boolean allTexts(TextForm form) {
    return kinds.containsKey(Kind.TEXT) && count(form) == count(Kind.TEXT);
  }

  /** How many texts have a form. */
  int count(TextForm form) {
    return forms.getOrDefault(form, 0);
  }

  /** Different scalars; at most {@link #MOST_DISTINCT}. */
  public int distinct() {
    return distinct.size();
  }

  /** Whether a scalar was among the values, by its text. */
  boolean hasValue(String text) {
    return distinct.contains(text);
  }

  Set<String> values() {
    return distinct;
  }

  public Map<String, ValueProfile> children() {
    return children;
  }

  /** The elements of all arrays; null if there is no array. */
  @Nullable ValueProfile elements() {
    return elements;
  }

  /** Digits after the second in texts with a time. */
  int timeDigits() {
    return timeDigits;
  }

  /** All numbers, also those in texts. */
  List<BigDecimal> numbers() {
    return numbers;
  }

  /** The times in texts, seconds since the epoch, UTC. */
  List<Long> isoSeconds() {
    return isoSeconds;
  }
}
