package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.conversion.AddressConversions;
import io.millrace.clickhouse.conversion.Conversion;
import io.millrace.clickhouse.conversion.EnumConversions;
import io.millrace.clickhouse.conversion.FixedPoint;
import io.millrace.clickhouse.conversion.FixedPointConversions;
import io.millrace.clickhouse.conversion.FixedPointConversions.Problems;
import io.millrace.clickhouse.conversion.FloatConversions;
import io.millrace.clickhouse.conversion.TextConversions;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.schema.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Which types of ClickHouse take the values of a contract's type, and how. A conversion alters no
 * value: a value that the column cannot hold exactly is rejected.
 */
public final class ColumnConversion {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int UUID_BYTES = 16;

  private ColumnConversion() {}

  /**
   * How rows of a table are written into a column of the server.
   *
   * <ul>
   *   <li>Only a row of an event can become a dead letter, so the columns of other tables must hold
   *       every value.
   *   <li>In a key, different values must stay different: rows with equal keys collapse.
   * </ul>
   *
   * @return null if the column cannot be written
   */
  public static @Nullable Conversion between(
      ClickHouseTable table, Column column, ServerColumn there) {
    Conversion found =
        between(
            "column `" + column.name() + "`",
            ColumnType.parse(column.type()),
            ColumnType.parse(there.type()));
    return found != null && isAllowed(table, there, found) ? found : null;
  }

  /** The columns whose rows are checked, each with both types. */
  public static List<String> checkedColumns(ClickHouseTable table, ServerTable found) {
    return columns(table, found, (column, there) -> isChecked(table, column, there));
  }

  /**
   * The columns that hold values of an enum under other numbers than the contract's, or as {@code
   * FixedString}, each with both types. The server converts no such enum.
   */
  public static List<String> columnsOfOtherEnums(ClickHouseTable table, ServerTable found) {
    return columns(
        table,
        found,
        (column, there) -> {
          ColumnType from = ColumnType.parse(column.type());
          ColumnType to = ColumnType.parse(there.type());
          return EnumType.renumbers(from, to) || fixesLength(from, to);
        });
  }

  private static boolean fixesLength(ColumnType from, ColumnType to) {
    ColumnType a = from.notNull();
    ColumnType b = to.notNull();
    if (EnumType.isEnum(a)) {
      return b.name().equals("FixedString");
    }
    return a.name().equals(b.name())
        && a.arguments().size() == b.arguments().size()
        && IntStream.range(0, a.arguments().size())
            .anyMatch(i -> fixesLength(a.arguments().get(i), b.arguments().get(i)));
  }

  private static boolean isChecked(ClickHouseTable table, Column column, ServerColumn there) {
    Conversion conversion = between(table, column, there);
    return conversion != null && conversion.checked();
  }

  private static List<String> columns(
      ClickHouseTable table, ServerTable found, BiPredicate<Column, ServerColumn> wanted) {
    List<String> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      ServerColumn there = found.columns().get(column.name());
      if (there != null && wanted.test(column, there)) {
        columns.add(
            "column " + column.name() + ": " + Difference.expected(column.type(), there.type()));
      }
    }
    return columns;
  }

  /** Why a column cannot be written, for one whose type does not hold every value. */
  static String reason(ClickHouseTable table, ColumnType from, ColumnType to) {
    Conversion conversion = between("", from, to);
    if (conversion == null) {
      return EnumType.isEnum(from.notNull()) && EnumType.isEnum(to.notNull())
          ? "the column lacks a value of the enum and cannot get it, because the two number their"
              + " values differently"
          : "no type holds the values of both";
    }
    return conversion.merging()
        ? "the column is in a key, and different values would become equal"
        : "a row of table " + table.name() + " that does not fit cannot become a dead letter";
  }

  /** Whether the table allows a conversion that its column's type allows. */
  private static boolean isAllowed(
      ClickHouseTable table, ServerColumn there, Conversion conversion) {
    return there.isOrdinary()
        && (table.holdsEvents() || !conversion.checked())
        && (!there.inKey() || !conversion.merging());
  }

  /**
   * The conversion of one type to another.
   *
   * @param place where its values are, for the reasons of rejections
   * @return null if there is none
   */
  static @Nullable Conversion between(String place, ColumnType from, ColumnType to) {
    // A null is an ordinary value of the contract, so it is not left to the check of each row.
    if (from.isNullable() && !to.isNullable()) {
      return null;
    }
    Conversion value = notNull(place, from.notNull(), to.notNull());
    if (value == null || !to.isNullable()) {
      return value;
    }
    return from.isNullable() ? value.ofNullable() : value.intoNullable();
  }

  private static @Nullable Conversion notNull(String place, ColumnType from, ColumnType to) {
    FixedPoint number = number(from);
    if (number != null) {
      return ofNumber(place, number, to);
    }
    FixedPoint time = time(from);
    if (time != null) {
      FixedPoint timeThere = time(to);
      return timeThere == null
          ? null
          : FixedPointConversions.between(time, timeThere, Problems.of(place, "a time", named(to)));
    }
    return switch (from.name()) {
      case "Bool" -> ofBool(place, to);
      case "Float32" -> ofFloat(place, Float.BYTES, to);
      case "Float64" -> ofFloat(place, Double.BYTES, to);
      case "String" -> ofText(place, to);
      // A column of JSON accepts its text. Parameters affect how it stores paths.
      case ClickHouseTypes.JSON -> keep(to.name().equals(from.name()), Conversion.keepCounted());
      case "UUID" ->
          to.name().equals("String")
              ? TextConversions.ofUuid()
              : keep(to.name().equals(from.name()), Conversion.keep(UUID_BYTES));
      case "IPv4" -> ofIpv4(to);
      case "IPv6" -> ofIpv6(place, to);
      case "Enum8", "Enum16" -> ofEnum(from, to);
      case "Array", "Map" -> elements(place, from, to, Conversion::repeated);
      case "Tuple" -> elements(place, from, to, Conversion::sequence);
      default -> null;
    };
  }

  private static @Nullable Conversion keep(boolean sameType, Conversion conversion) {
    return sameType ? conversion : null;
  }

  private static String named(ColumnType type) {
    return type.name().equals("Decimal") || type.name().equals("DateTime64")
        ? new ColumnType("", type.name(), type.arguments()).toString()
        : type.name();
  }

  /** Whole numbers, decimals and times as the numbers that encode them; null for another type. */
  public static @Nullable FixedPoint fixedPoint(ColumnType type) {
    FixedPoint number = number(type);
    return number == null ? time(type) : number;
  }

  /** Whole numbers and decimals; null for another type. */
  private static @Nullable FixedPoint number(ColumnType type) {
    return switch (type.name()) {
      case "Int8", "Int16", "Int32", "Int64", "Int128", "Int256" ->
          FixedPoint.whole(Integer.parseInt(type.name().substring(3)), true);
      case "UInt8", "UInt16", "UInt32", "UInt64", "UInt128", "UInt256" ->
          FixedPoint.whole(Integer.parseInt(type.name().substring(4)), false);
      case "Decimal" -> FixedPoint.decimal(type.number(0), type.number(1));
      default -> null;
    };
  }

  /** Times, with any zone: it affects only how a time is shown. Null for another type. */
  private static @Nullable FixedPoint time(ColumnType type) {
    return switch (type.name()) {
      case "DateTime64" -> FixedPoint.dateTime64(type.number(0));
      case "DateTime" -> FixedPoint.dateTime();
      case "Date" -> FixedPoint.date();
      case "Date32" -> FixedPoint.date32();
      default -> null;
    };
  }

  private static @Nullable Conversion ofNumber(String place, FixedPoint from, ColumnType to) {
    FixedPoint there = number(to);
    if (there != null) {
      return FixedPointConversions.between(from, there, Problems.of(place, "a number", named(to)));
    }
    return switch (to.name()) {
      case "Float32" -> FloatConversions.ofWhole(from, Float.BYTES, place);
      case "Float64" -> FloatConversions.ofWhole(from, Double.BYTES, place);
      default -> null;
    };
  }

  private static @Nullable Conversion ofFloat(String place, int bytes, ColumnType to) {
    FixedPoint there = number(to);
    if (there != null) {
      return FloatConversions.toWhole(bytes, there, Problems.of(place, "a number", named(to)));
    }
    return switch (to.name()) {
      case "Float32" -> FloatConversions.between(bytes, Float.BYTES, place);
      case "Float64" -> FloatConversions.between(bytes, Double.BYTES, place);
      default -> null;
    };
  }

  private static @Nullable Conversion ofBool(String place, ColumnType to) {
    FixedPoint there = to.name().equals("Bool") ? FixedPoint.bool() : number(to);
    boolean numeric = there != null && !to.name().equals("Decimal");
    return numeric
        ? FixedPointConversions.between(
            FixedPoint.bool(), there, Problems.of(place, "a boolean", to.name()))
        : null;
  }

  private static @Nullable Conversion ofText(String place, ColumnType to) {
    return switch (to.name()) {
      case "String" -> Conversion.keepCounted();
      case "FixedString" -> TextConversions.toFixedString(to.number(0), place);
      case "Enum8", "Enum16" ->
          EnumConversions.ofText(EnumType.names(to), EnumType.bytes(to), place);
      case "IPv4" -> AddressConversions.textToIpv4(place);
      case "IPv6" -> AddressConversions.textToIpv6(place);
      case "UUID" -> TextConversions.toUuid(place);
      default -> null;
    };
  }

  private static @Nullable Conversion ofIpv4(ColumnType to) {
    return switch (to.name()) {
      // The server's functions for addresses in older tables use the same number.
      case "IPv4", "UInt32" -> Conversion.keep(IPV4_BYTES);
      case "IPv6" -> AddressConversions.ipv4ToIpv6();
      case "String" -> AddressConversions.ipv4ToText();
      default -> null;
    };
  }

  private static @Nullable Conversion ofIpv6(String place, ColumnType to) {
    return switch (to.name()) {
      case "IPv6" -> Conversion.keep(IPV6_BYTES);
      case "IPv4" -> AddressConversions.ipv6ToIpv4(place);
      case "String" -> AddressConversions.ipv6ToText();
      default -> null;
    };
  }

  private static @Nullable Conversion ofEnum(ColumnType from, ColumnType to) {
    Map<String, Integer> names = EnumType.names(from);
    int bytes = EnumType.bytes(from);
    return switch (to.name()) {
      case "Enum8", "Enum16" ->
          EnumConversions.between(names, bytes, EnumType.names(to), EnumType.bytes(to));
      case "String" -> EnumConversions.toText(names, bytes);
      case "FixedString" -> EnumConversions.toFixedString(names, bytes, to.number(0));
      default -> null;
    };
  }

  private static @Nullable Conversion elements(
      String place,
      ColumnType from,
      ColumnType to,
      Function<List<Conversion>, Conversion> together) {
    int count = from.arguments().size();
    if (!to.name().equals(from.name()) || to.arguments().size() != count) {
      return null;
    }
    List<Conversion> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ColumnType element = from.arguments().get(i);
      ColumnType there = to.arguments().get(i);
      String label = element.label();
      // The elements of a tuple may have no names; then their order decides.
      boolean samePlace = there.label().isEmpty() || there.label().equals(label);
      Conversion conversion =
          samePlace
              ? between(
                  label.isEmpty() ? place : place + ", element `" + label + "`", element, there)
              : null;
      if (conversion == null) {
        return null;
      }
      elements.add(conversion);
    }
    return together.apply(elements);
  }
}
