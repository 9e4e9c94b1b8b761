package io.millrace.clickhouse.beam;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.clickhouse.ClickHouseIO;
import org.apache.beam.sdk.io.clickhouse.ClickHouseIOAccess;
import org.apache.beam.sdk.io.clickhouse.TableSchema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes rows with Beam's unmodified ClickHouseIO: one INSERT a bundle (or a million rows), values
 * by column name, no results. Its limits apply.
 *
 * <p>State: none; a bundle's rows are in memory.
 */
public final class BeamClickHouseWrite extends PTransform<PCollection<Row>, PDone> {
  private static final long serialVersionUID = 1L;

  private static final String DEFAULT_USER = "default";

  private final String jdbcUrl;
  private final String table;
  private final @Nullable List<Column> columns;
  private final Secret user;
  private final @Nullable Secret password;
  private final @Nullable Long insertQuorum;
  private final HashMap<String, String> properties;

  /**
   * A column of the table.
   *
   * @param type a ClickHouse type that ClickHouseIO supports
   */
  public record Column(String name, String type) implements Serializable {}

  /** A secret that is resolved when it is used. */
  @FunctionalInterface
  public interface Secret extends Serializable {
    /** Returns the secret. */
    String resolve();
  }

  private BeamClickHouseWrite(
      String jdbcUrl,
      String table,
      @Nullable List<Column> columns,
      Secret user,
      @Nullable Secret password,
      @Nullable Long insertQuorum,
      Map<String, String> properties) {
    this.jdbcUrl = jdbcUrl;
    this.table = table;
    this.columns = columns;
    this.user = user;
    this.password = password;
    this.insertQuorum = insertQuorum;
    this.properties = new HashMap<>(properties);
  }

  /**
   * Writes to a table as the user {@code default} without password. ClickHouseIO queries the
   * table's columns when the graph is built.
   *
   * @param jdbcUrl {@code jdbc:clickhouse:http://host:port/database}, without secrets
   */
  public static BeamClickHouseWrite of(String jdbcUrl, String table) {
    return new BeamClickHouseWrite(jdbcUrl, table, null, () -> DEFAULT_USER, null, null, Map.of());
  }

  /** The same with known columns, which need no query when the graph is built. */
  public BeamClickHouseWrite withColumns(List<Column> all) {
    return new BeamClickHouseWrite(
        jdbcUrl, table, List.copyOf(all), user, password, insertQuorum, properties);
  }

  /**
   * The same as another user. Name and password are resolved on the worker, for each connection.
   */
  public BeamClickHouseWrite withUser(Secret name, @Nullable Secret newPassword) {
    return new BeamClickHouseWrite(
        jdbcUrl, table, columns, name, newPassword, insertQuorum, properties);
  }

  /** The same with ClickHouseIO's insert quorum. */
  public BeamClickHouseWrite withInsertQuorum(long replicas) {
    return new BeamClickHouseWrite(jdbcUrl, table, columns, user, password, replicas, properties);
  }

  /** The same with properties of the driver, without secrets. */
  public BeamClickHouseWrite withProperties(Map<String, String> all) {
    return new BeamClickHouseWrite(jdbcUrl, table, columns, user, password, insertQuorum, all);
  }

  @Override
  public PDone expand(PCollection<Row> rows) {
    ClickHouseIO.Write<Row> write =
        ClickHouseIOAccess.withProperties(
            ClickHouseIO.<Row>write(jdbcUrl, table),
            new ConnectionProperties(properties, user, password));
    if (columns != null) {
      write = write.withTableSchema(schema(columns));
    }
    if (insertQuorum != null) {
      write = write.withInsertQuorum(insertQuorum);
    }
    return rows.apply("ClickHouseIO", write);
  }

  static TableSchema schema(List<Column> columns) {
    return TableSchema.of(
        columns.stream()
            .map(c -> TableSchema.Column.of(c.name(), TableSchema.ColumnType.parse(c.type())))
            .toArray(TableSchema.Column[]::new));
  }
}
