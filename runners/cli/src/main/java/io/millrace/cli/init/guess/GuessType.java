package io.millrace.cli.init.guess;

import io.millrace.cli.init.guess.ValueProfile.Kind;
import io.millrace.cli.init.guess.ValueProfile.TextForm;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Guesses the type of a field from its name and its values. Never guesses a decimal. */
public final class GuessType {
  private static final BigDecimal MAX_UINT64 = new BigDecimal("18446744073709551615");
  private static final BigDecimal MAX_INT64 = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal MIN_INT64 = BigDecimal.valueOf(Long.MIN_VALUE);

  /** Addresses are strict, so few of them prove nothing. */
  private static final int ENOUGH_ADDRESSES = 10;

  /** From so many values on, a few of another type are taken for mistakes of the producer. */
  private static final int ENOUGH_FOR_OUTLIERS = 50;

  private static final int USUAL_PERCENT = 90;
  private static final int MOST_RECORD_FIELDS = 12;

  /** Texts that repeat at least so often on average, and in so many events, are low in number. */
  private static final int REPEATED = 4;

  private static final int ENOUGH_TEXTS = 10;
  private static final int MOST_LOW_CARDINALITY = 1000;

  /** Whether all values are texts of the format, as in CSV, where a number has no quotes. */
  private final boolean csv;

  public GuessType(boolean csv) {
    this.csv = csv;
  }

  /** The type of a path whose values are not all null. */
  public TypeGuess of(String name, ValueProfile values) {
    Set<Kind> kinds = values.kinds();
    TypeGuess usual = nearlyAll(name, values);
    if (usual != null) {
      return usual;
    }
    if (kinds.equals(EnumSet.of(Kind.ARRAY))) {
      return array(values.elements());
    } else if (kinds.equals(EnumSet.of(Kind.OBJECT))) {
      return TypeGuess.of(FieldType.JSON);
    } else if (kinds.contains(Kind.OBJECT) || kinds.contains(Kind.ARRAY)) {
      return TypeGuess.of(FieldType.TEXT).because("objects, arrays or scalars: kept as text");
    } else if (kinds.equals(EnumSet.of(Kind.BOOLEAN))) {
      return TypeGuess.of(FieldType.BOOLEAN);
    } else if (kinds.equals(EnumSet.of(Kind.TEXT))) {
      return text(name, values);
    } else if (!kinds.contains(Kind.BOOLEAN)
        && (!kinds.contains(Kind.TEXT) || (!csv && values.allTexts(TextForm.NUMBER)))) {
      return number(name, values, kinds.contains(Kind.TEXT));
    }
    return csv
        ? string(name, values, "numbers and other texts")
        : TypeGuess.of(FieldType.TEXT).because("texts, numbers or booleans: kept as text");
  }

  /** The type of nearly all values, if few others are there; null: no such type. */
  private @Nullable TypeGuess nearlyAll(String name, ValueProfile values) {
    int present = values.present();
    int numbers = values.count(Kind.INTEGER) + values.count(Kind.FRACTION);
    int times = values.count(TextForm.ISO_TIME);
    if (csv || present < ENOUGH_FOR_OUTLIERS || values.allTexts(TextForm.NUMBER)) {
      return null;
    } else if (isMost(times, present) && NameWords.isTime(name)) {
      return outliers(isoTime(false), present - times, present);
    } else if (isMost(numbers, present)) {
      TypeGuess number = number(name, values, false, values.count(Kind.FRACTION) == 0);
      return outliers(number, present - numbers, present);
    }
    return null;
  }

  /** Whether a part is all but a few. */
  private static boolean isMost(int part, int all) {
    return part < all && (long) part * 100 >= (long) all * USUAL_PERCENT;
  }

  private static TypeGuess outliers(TypeGuess usual, int others, int present) {
    return new TypeGuess(
        usual.type(),
        usual.options(),
        true,
        "another type in %s of %s values".formatted(others, present));
  }

  private TypeGuess text(String name, ValueProfile values) {
    if (values.allTexts(TextForm.UUID)) {
      return new TypeGuess(FieldType.UUID, "", !csv, "");
    } else if (values.allTexts(TextForm.LOCAL_TIME)) {
      boolean local = !values.allTexts(TextForm.ISO_TIME);
      TypeGuess time = isoTime(local);
      return local ? time.because("a time without offset is read as UTC") : time;
    } else if (values.allTexts(TextForm.NUMBER)) {
      return NameWords.isDigitsName(name)
          ? string(name, values, NameWords.isIdentifier(name) ? "" : "digits, kept as text")
          : number(name, values, true);
    } else if (values.allTexts(TextForm.IP)
        && NameWords.isAddress(name)
        && values.count(Kind.TEXT) >= ENOUGH_ADDRESSES) {
      return new TypeGuess(
          values.allTexts(TextForm.IPV4) ? FieldType.IPV4 : FieldType.IPV6, "", !csv, "");
    }
    return string(name, values, "");
  }

  /** Without a precision, no digit is lost that the sample does not show. */
  private static TypeGuess isoTime(boolean local) {
    return TypeGuess.of(
        FieldType.TIMESTAMP, ", format: iso8601" + (local ? ", lenient: true" : ""));
  }

  private static TypeGuess string(String name, ValueProfile values, String note) {
    int texts = values.count(Kind.TEXT);
    boolean low =
        texts >= ENOUGH_TEXTS
            && values.distinct() * REPEATED <= texts
            && values.distinct() <= MOST_LOW_CARDINALITY
            && !NameWords.isIdentifier(name);
    return new TypeGuess(FieldType.STRING, low ? ", low_cardinality: true" : "", false, note);
  }

  private TypeGuess number(String name, ValueProfile values, boolean inTexts) {
    boolean whole =
        !values.kinds().contains(Kind.FRACTION)
            && (!values.kinds().contains(Kind.TEXT) || values.allTexts(TextForm.INTEGER));
    return number(name, values, inTexts, whole);
  }

  private TypeGuess number(String name, ValueProfile values, boolean inTexts, boolean whole) {
    String lenient = inTexts && !csv ? ", lenient: true" : "";
    String note = inTexts && !csv ? "numbers in texts" : "";
    TimeFormat unit = NameWords.isTime(name) ? EpochUnit.of(values) : null;
    if (unit != null) {
      return TypeGuess.of(FieldType.TIMESTAMP, ", format: " + unit.contractName() + lenient)
          .because(note);
    }
    if (!whole) {
      return TypeGuess.of(FieldType.FLOAT64, lenient).because(note);
    }
    if (within(values, MIN_INT64, MAX_INT64)) {
      return TypeGuess.of(FieldType.INT64, lenient).because(note);
    } else if (within(values, BigDecimal.ZERO, MAX_UINT64)) {
      return TypeGuess.of(FieldType.UINT64, lenient).because(note);
    }
    return csv
        ? TypeGuess.of(FieldType.STRING).because("integers beyond 64 bits")
        : TypeGuess.of(FieldType.TEXT).because("integers beyond 64 bits: kept as text");
  }

  private static boolean within(ValueProfile values, BigDecimal least, BigDecimal greatest) {
    return values.numbers().stream()
        .allMatch(n -> n.compareTo(least) >= 0 && n.compareTo(greatest) <= 0);
  }

  private TypeGuess array(@Nullable ValueProfile elements) {
    if (elements == null || elements.present() == 0 || elements.nulls() > 0) {
      return TypeGuess.of(FieldType.JSON);
    }
    Set<Kind> kinds = elements.kinds();
    if (kinds.equals(EnumSet.of(Kind.TEXT))) {
      return arrayOf("string");
    } else if (kinds.equals(EnumSet.of(Kind.BOOLEAN))) {
      return arrayOf("boolean");
    } else if (kinds.equals(EnumSet.of(Kind.OBJECT))) {
      return records(elements);
    } else if (kinds.contains(Kind.ARRAY) || kinds.contains(Kind.OBJECT)) {
      return TypeGuess.of(FieldType.JSON);
    } else if (kinds.contains(Kind.TEXT) || kinds.contains(Kind.BOOLEAN)) {
      return arrayOf("text");
    }
    return arrayOf(number("", elements, false).type().contractName());
  }

  private static TypeGuess arrayOf(String type) {
    return TypeGuess.of(FieldType.ARRAY, ", items: {type: " + type + "}");
  }

  /** Records of few scalars; JSON for any others. */
  private TypeGuess records(ValueProfile elements) {
    if (elements.children().isEmpty() || elements.children().size() > MOST_RECORD_FIELDS) {
      return TypeGuess.of(FieldType.JSON);
    }
    ColumnNames names = new ColumnNames();
    StringBuilder fields = new StringBuilder();
    for (Map.Entry<String, ValueProfile> child : elements.children().entrySet()) {
      String key = child.getKey();
      ValueProfile values = child.getValue();
      if (!ColumnNames.isPlain(key)
          || values.present() == 0
          || values.kinds().contains(Kind.OBJECT)
          || values.kinds().contains(Kind.ARRAY)) {
        return TypeGuess.of(FieldType.JSON);
      }
      TypeGuess type = of(key, values);
      String name = names.of(List.of(key));
      String loose = values.kinds().equals(EnumSet.of(Kind.TEXT)) ? "string" : "text";
      fields
          .append(fields.isEmpty() ? "" : ", ")
          .append(YamlText.of(name))
          .append(": {")
          .append(name.equals(key) ? "" : "path: " + YamlText.of(key) + ", ")
          .append("type: ")
          .append(type.loose() ? loose : type.type().contractName())
          .append(type.loose() ? "" : type.options())
          .append('}');
    }
    return TypeGuess.of(FieldType.ARRAY, ", items: {type: record, fields: {" + fields + "}}");
  }
}
