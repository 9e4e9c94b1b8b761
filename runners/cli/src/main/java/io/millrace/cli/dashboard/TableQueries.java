package io.millrace.cli.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Queries of the dashboard. ClickHouse gets {@code readonly=1} with each. A few run at a time, so
 * that neither a busy page nor a server that hangs takes more.
 */
final class TableQueries {
  static final int AT_A_TIME = 4;

  private static final long LONGEST_WAIT_SECONDS = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClickHouseQueries queries;
  private final Semaphore free = new Semaphore(AT_A_TIME);

  TableQueries(ClickHouseConfig config) {
    this.queries = ClickHouseQueries.readOnly(config);
  }

  /**
   * Does work with queries.
   *
   * @throws WrongUseException in one line, if ClickHouse does not respond or rejects a query
   */
  <T> T with(Function<ClickHouseQueries, T> work) {
    try {
      if (!free.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new WrongUseException("ClickHouse is still busy with earlier queries of this page");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WrongUseException("the dashboard is ending");
    }
    try {
      return work.apply(queries);
    } finally {
      free.release();
    }
  }

  /** The rows of a result; each is an array of JSON with the columns. */
  static List<JsonNode> rows(ClickHouseQueries queries, String sql) {
    List<JsonNode> rows = new ArrayList<>();
    // Lines of JSON hold no tabs and line ends of values.
    queries.rows(sql + "\nFORMAT JSONCompactEachRow", row -> rows.add(parsed(row[0])));
    return rows;
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new WrongUseException("ClickHouse answered with something else than rows: " + line);
    }
  }

  /** A column of times as milliseconds since the epoch. */
  static String millis(String column) {
    return "toUnixTimestamp64Milli(toDateTime64(" + column + ", 3, 'UTC'))";
  }

  static String quoted(String name) {
    return ClickHouseTypes.quote(name);
  }
}
