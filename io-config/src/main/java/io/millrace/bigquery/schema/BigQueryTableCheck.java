package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.schema.BigQueryDifference.ChangeColumns;
import io.millrace.bigquery.schema.BigQueryDifference.KeepLonger;
import io.millrace.bigquery.schema.BigQueryDifference.Mend;
import io.millrace.bigquery.schema.BigQueryDifference.RecreateView;
import io.millrace.bigquery.schema.BigQueryDifference.Refuse;
import io.millrace.bigquery.schema.BigQueryDifference.WidenColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compares a table and its view as they are with those a contract needs. */
public final class BigQueryTableCheck {
  private static final String BY_HAND = "copy its rows into a new table";

  private final BigQueryConfig config;
  private final BigQueryTable expected;
  private final List<BigQueryDifference> differences = new ArrayList<>();

  private BigQueryTableCheck(BigQueryConfig config, BigQueryTable expected) {
    this.config = config;
    this.expected = expected;
  }

  /**
   * The differences.
   *
   * @param found null: the table is missing, which is none
   * @param view likewise
   */
  public static List<BigQueryDifference> differences(
      BigQueryConfig config, BigQueryTable expected, @Nullable Table found, @Nullable Table view) {
    BigQueryTableCheck check = new BigQueryTableCheck(config, expected);
    if (found != null) {
      check.compareTable(found);
    }
    if (view != null) {
      check.compareView(view);
    }
    return check.differences;
  }

  private void add(String place, String what, boolean blocks, @Nullable Mend mend) {
    String where = "table " + config.dataset() + "." + expected.name() + place;
    differences.add(new BigQueryDifference(expected.name(), where, what, blocks, mend));
  }

  private void compareTable(Table found) {
    if (found.getView() != null || found.getSchema() == null) {
      add("", "expected a table, found a view", true, new Refuse("the name is taken"));
      return;
    }
    compareColumns("", expected.stored(), found.getSchema().getFields());
    comparePartitions(found);
    List<String> clusters =
        found.getClustering() == null ? List.of() : found.getClustering().getFields();
    if (!clusters.equals(expected.clusterBy())) {
      add(
          ": clustering",
          "expected "
              + String.join(", ", expected.clusterBy())
              + ", found "
              + (clusters.isEmpty() ? "none" : String.join(", ", clusters))
              + ": only what queries cost differs",
          false,
          null);
    }
  }

  private void compareColumns(
      String prefix, List<TableFieldSchema> needed, List<TableFieldSchema> there) {
    Map<String, TableFieldSchema> byName = new LinkedHashMap<>();
    there.forEach(c -> byName.put(c.getName().toLowerCase(Locale.ROOT), c));
    for (TableFieldSchema column : needed) {
      TableFieldSchema found = byName.remove(column.getName().toLowerCase(Locale.ROOT));
      if (found == null) {
        missing(prefix, column);
      } else {
        compareColumn(prefix + column.getName(), column, found);
      }
    }
    for (TableFieldSchema foreign : byName.values()) {
      if (BigQueryTypes.mode(foreign).equals(BigQueryTypes.REQUIRED)
          && foreign.getDefaultValueExpression() == null) {
        String name = prefix + foreign.getName();
        add(
            ": column " + name,
            "is not the contract's and required: rows without it would be refused",
            true,
            new ChangeColumns(
                "makes it nullable",
                alter("ALTER COLUMN " + BigQuerySql.quote(name) + " DROP NOT NULL"),
                "becomes nullable; the column and its data stay"));
      }
    }
  }

  private void missing(String prefix, TableFieldSchema column) {
    String name = prefix + column.getName();
    boolean repeated = BigQueryTypes.mode(column).equals(BigQueryTypes.REPEATED);
    String older =
        repeated
            ? "added, older rows show an empty array"
            : "added, older rows show NULL"
                + (BigQueryTypes.mode(column).equals(BigQueryTypes.REQUIRED)
                    ? ", for BigQuery adds no required column"
                    : "");
    add(
        ": column " + name,
        "expected " + BigQueryTypes.sql(column) + ", found no such column",
        true,
        new ChangeColumns(
            "adds it",
            alter(
                "ADD COLUMN IF NOT EXISTS "
                    + BigQuerySql.quote(name)
                    + " "
                    + BigQueryTypes.sql(column)),
            older));
  }

  private void compareColumn(String name, TableFieldSchema needed, TableFieldSchema found) {
    boolean repeated = BigQueryTypes.mode(needed).equals(BigQueryTypes.REPEATED);
    String place = ": column " + name;
    if (repeated != BigQueryTypes.mode(found).equals(BigQueryTypes.REPEATED)) {
      add(place, expected(needed, found), true, new Refuse("a column keeps its mode: " + BY_HAND));
      return;
    }
    if (BigQueryTypes.mode(needed).equals(BigQueryTypes.NULLABLE)
        && BigQueryTypes.mode(found).equals(BigQueryTypes.REQUIRED)) {
      add(
          place,
          "expected to be nullable, found it required",
          true,
          new ChangeColumns(
              "makes it nullable",
              alter("ALTER COLUMN " + BigQuerySql.quote(name) + " DROP NOT NULL"),
              "becomes nullable"));
    }
    if (BigQueryTypes.name(needed).equals("STRUCT") && BigQueryTypes.name(found).equals("STRUCT")) {
      compareColumns(name + ".", needed.getFields(), found.getFields());
    } else if (!ColumnWidth.holds(found, needed)) {
      if (!repeated && !name.contains(".") && ColumnWidth.widens(found, needed)) {
        String type = ColumnWidth.both(found, needed);
        add(
            place,
            expected(needed, found),
            true,
            new WidenColumn(
                alter("ALTER COLUMN " + BigQuerySql.quote(name) + " SET DATA TYPE " + type),
                BigQueryTypes.sql(found) + " becomes " + type + ", every value stays"));
      } else {
        add(place, expected(needed, found), true, new Refuse(ColumnWidth.reason(found, needed)));
      }
    } else if (!BigQueryTypes.sql(found).equals(BigQueryTypes.sql(needed))) {
      add(place, expected(needed, found) + ", which holds more", false, null);
    }
  }

  private static String expected(TableFieldSchema needed, TableFieldSchema found) {
    return "expected " + BigQueryTypes.sql(needed) + ", found " + BigQueryTypes.sql(found);
  }

  private void comparePartitions(Table found) {
    TimePartitioning days = found.getTimePartitioning();
    String column = days == null ? null : days.getField();
    if (!expected.timeColumn().equals(column)) {
      add(
          ": partitions",
          "expected days of "
              + expected.timeColumn()
              + ", found "
              + (days == null ? "none" : column == null ? "the time of writing" : column),
          false,
          new Refuse("a table keeps its partitions: " + BY_HAND));
      return;
    }
    Long kept = days.getExpirationMs();
    Long needed = expected.ttl() == null ? null : (Long) expected.ttl().toMillis();
    if (kept == null ? needed == null : kept.equals(needed)) {
      return;
    }
    boolean longer = kept != null && (needed == null || needed > kept);
    add(
        ": expiration of partitions",
        "expected "
            + (needed == null ? "none" : BigQuerySql.days(needed) + " days")
            + ", found "
            + (kept == null ? "none" : BigQuerySql.days(kept) + " days"),
        false,
        longer
            ? new KeepLonger(
                alter(
                    "SET OPTIONS (partition_expiration_days = "
                        + (needed == null ? "NULL" : BigQuerySql.days(needed))
                        + ")"))
            : new Refuse("days that are kept now would be deleted"));
  }

  private void compareView(Table view) {
    String where = "view " + config.dataset() + "." + expected.exactView();
    if (view.getView() == null) {
      differences.add(
          new BigQueryDifference(
              expected.name(),
              where,
              "expected a view, found a table",
              true,
              new Refuse("the name is taken; rename that table")));
      return;
    }
    String query = BigQuerySql.exact(config.project(), config.dataset(), expected);
    if (!query.equals(view.getView().getQuery())) {
      differences.add(
          new BigQueryDifference(
              expected.name(),
              where,
              "its query is not the one by which each row of this contract is shown once",
              true,
              new RecreateView()));
    }
  }

  private String alter(String what) {
    return "ALTER TABLE "
        + BigQuerySql.qualified(config.project(), config.dataset(), expected.name())
        + " "
        + what;
  }
}
