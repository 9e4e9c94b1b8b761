package io.millrace.clickhouse.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.client.ClickHouseErrors.Failure;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ColumnType;
import io.millrace.clickhouse.schema.RowConversion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the column and path of a rejected row that ClickHouse's type {@code JSON} cannot hold. The
 * server's message quotes the whole document, or names a path without its column.
 *
 * <p>Cost: one pass over a rejected row.
 */
final class JsonColumnCheck {
  /** ClickHouse's code for a value that it cannot parse. */
  private static final int INCORRECT_DATA = 117;

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger GREATEST = BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);

  /** Numbers with at most so many characters fit 64 bits. */
  private static final int SURELY_64_BITS = 18;

  /** Depth limit of ClickHouse's parser. */
  private static final int MOST_LEVELS = 1000;

  private static final int LONGEST_PATH_CHARS = 200;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonColumnCheck() {}

  /**
   * The reason of a rejection for a dead letter, without values of the row.
   *
   * @param row a batch of one rejected row
   */
  static String reason(ClickHouseTable table, Batch row, Failure failure) {
    String found = failure.code() == INCORRECT_DATA ? find(table, row) : null;
    return found == null ? ClickHouseErrors.withoutValues(failure) : "ClickHouse: " + found;
  }

  private static @Nullable String find(ClickHouseTable table, Batch row) {
    if (table.columns().stream().noneMatch(column -> ClickHouseTypes.isJson(column.type()))) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      row.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ColumnType> types =
        table.columns().stream().map(column -> ColumnType.parse(column.type())).toList();
    List<byte @Nullable []> documents = RowConversion.documents(bytes.toByteArray(), types);
    for (int i = 0; i < documents.size(); i++) {
      byte[] json = documents.get(i);
      String problem = json == null ? null : problem(json);
      if (problem != null) {
        return "column " + table.columns().get(i).name() + problem;
      }
    }
    return null;
  }

  /** The problem of a document, beginning with the path; null if none is found. */
  static @Nullable String problem(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return ": expected an object for a column of type JSON";
      }
      return object(parser, "", null, 1, new HashSet<>());
    } catch (IOException e) {
      // Not expected, because the decoder has accepted the document.
      return null;
    }
  }

  /**
   * Checks an object after its start token.
   *
   * @param shown path in the document, for display
   * @param path path in the column or array element; null for the outermost object
   * @param leaves paths with a value so far
   */
  private static @Nullable String object(
      JsonParser parser, String shown, @Nullable String path, int level, Set<String> leaves)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String keyShown = shown.isEmpty() ? key : shown + "." + key;
      String keyPath = path == null ? key : path + "." + key;
      JsonToken token = parser.nextToken();
      String problem;
      if (token == JsonToken.START_OBJECT) {
        problem =
            level == MOST_LEVELS
                ? tooDeep(keyShown)
                : object(parser, keyShown, keyPath, level + 1, leaves);
      } else if (token != JsonToken.VALUE_NULL && !leaves.add(keyPath)) {
        problem =
            at(keyShown)
                + ": another key has the same path, because type JSON treats a dot in a key as a"
                + " separator";
      } else {
        problem = value(parser, token, keyShown, level);
      }
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String value(JsonParser parser, JsonToken token, String shown, int level)
      throws IOException {
    switch (token) {
      case START_ARRAY -> {
        if (level == MOST_LEVELS) {
          return tooDeep(shown);
        }
        int index = 0;
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          String element = shown + "[" + index++ + "]";
          String problem =
              next == JsonToken.START_OBJECT
                  ? object(parser, element, null, level + 1, new HashSet<>())
                  : value(parser, next, element, level + 1);
          if (problem != null) {
            return problem;
          }
        }
        return null;
      }
      case VALUE_NUMBER_INT -> {
        return parser.getTextLength() > SURELY_64_BITS && !is64Bits(parser.getText())
            ? at(shown) + ": a whole number beyond 64 bits"
            : null;
      }
      case VALUE_NUMBER_FLOAT -> {
        return Double.isInfinite(Double.parseDouble(parser.getText()))
            ? at(shown) + ": a number beyond the range of Float64"
            : null;
      }
      default -> {
        return null;
      }
    }
  }

  private static boolean is64Bits(String digits) {
    if (digits.length() > 2 * SURELY_64_BITS) {
      return false;
    }
    BigInteger number = new BigInteger(digits);
    return number.compareTo(LEAST) >= 0 && number.compareTo(GREATEST) <= 0;
  }

  private static String tooDeep(String shown) {
    return at(shown) + ": nested in more than " + MOST_LEVELS + " levels";
  }

  private static String at(String path) {
    return ", path "
        + (path.length() > LONGEST_PATH_CHARS ? path.substring(0, LONGEST_PATH_CHARS) + "…" : path);
  }
}
