package io.millrace.bigquery.schema;

import static io.millrace.io.schema.Difference.expected;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy;
import io.millrace.io.schema.Remedy.Refuse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compares a table and its view as they are with those a contract needs. */
public final class BigQueryTableCheck {
  private static final String BY_HAND = "copy its rows into a new table";

  private final BigQueryConfig config;
  private final BigQueryTable expected;
  private final BigQueryTableChanges changes;
  private final List<Difference> differences = new ArrayList<>();

  /** After the other changes of the table, which keep the types as they are. */
  private final List<Difference> widenings = new ArrayList<>();

  private BigQueryTableCheck(BigQueryConfig config, BigQueryTables client, BigQueryTable expected) {
    this.config = config;
    this.expected = expected;
    this.changes = new BigQueryTableChanges(config, client, expected);
  }

  /**
   * The differences, in the order in which they can be changed.
   *
   * @param client makes the changes
   * @param found null: the table is missing
   * @param view null: the view is missing
   */
  public static List<Difference> differences(
      BigQueryConfig config,
      BigQueryTables client,
      BigQueryTable expected,
      @Nullable Table found,
      @Nullable Table view) {
    BigQueryTableCheck check = new BigQueryTableCheck(config, client, expected);
    if (found == null) {
      check.differences.add(
          Difference.missing(
              expected.name(), check.at("table", expected.name()), check.changes.create()));
    } else {
      check.compareTable(found);
    }
    check.differences.addAll(check.widenings);
    // What the view shows must be there. BigQuery fixes its list of columns when it creates it.
    check.compareView(view);
    return check.differences;
  }

  private static Refuse refuse(String reason) {
    return new Refuse(reason, "docs/bigquery.md");
  }

  private String at(String kind, String name) {
    return kind + " " + config.dataset() + "." + name;
  }

  private Difference difference(String place, String what, Effect effect, Remedy remedy) {
    String where = at("table", expected.name()) + place;
    return new Difference(expected.name(), where, what, effect, remedy);
  }

  private void blocks(String place, String what, Remedy remedy) {
    differences.add(difference(place, what, Effect.BLOCKS, remedy));
  }

  private void note(String place, String what, Remedy remedy) {
    differences.add(difference(place, what, Effect.NOTE, remedy));
  }

  private void compareTable(Table found) {
    if (found.getView() != null || found.getSchema() == null) {
      blocks("", expected("a table", "a view"), refuse("the name is taken"));
      return;
    }
    compareColumns("", expected.stored(), found.getSchema().getFields(), found);
    comparePartitions(found);
    List<String> clusters =
        found.getClustering() == null ? List.of() : found.getClustering().getFields();
    if (!clusters.equals(expected.clusterBy())) {
      note(
          ": clustering",
          expected(
                  String.join(", ", expected.clusterBy()),
                  clusters.isEmpty() ? "none" : String.join(", ", clusters))
              + ": only the cost of queries differs",
          new Remedy.None());
    }
  }

  private void compareColumns(
      String prefix, List<TableFieldSchema> needed, List<TableFieldSchema> there, Table table) {
    Map<String, TableFieldSchema> byName = new LinkedHashMap<>();
    there.forEach(c -> byName.put(c.getName().toLowerCase(Locale.ROOT), c));
    for (TableFieldSchema column : needed) {
      TableFieldSchema found = byName.remove(column.getName().toLowerCase(Locale.ROOT));
      String name = prefix + column.getName();
      if (found == null) {
        blocks(
            ": column " + name,
            expected(BigQueryTypes.sql(column), "no such column"),
            changes.addColumn(name, column, table));
      } else {
        compareColumn(name, column, found, table);
      }
    }
    for (TableFieldSchema foreign : byName.values()) {
      if (BigQueryTypes.mode(foreign).equals(BigQueryTypes.REQUIRED)
          && foreign.getDefaultValueExpression() == null) {
        String name = prefix + foreign.getName();
        blocks(
            ": column " + name,
            "is required but not in the contract: BigQuery would reject rows without it",
            changes.relax(name, table));
      }
    }
  }

  private void compareColumn(
      String name, TableFieldSchema needed, TableFieldSchema found, Table table) {
    boolean repeated = BigQueryTypes.mode(needed).equals(BigQueryTypes.REPEATED);
    String place = ": column " + name;
    String what = expected(BigQueryTypes.sql(needed), BigQueryTypes.sql(found));
    if (repeated != BigQueryTypes.mode(found).equals(BigQueryTypes.REPEATED)) {
      blocks(place, what, refuse("a column keeps its mode: " + BY_HAND));
      return;
    }
    if (BigQueryTypes.mode(needed).equals(BigQueryTypes.NULLABLE)
        && BigQueryTypes.mode(found).equals(BigQueryTypes.REQUIRED)) {
      blocks(place, "expected to be nullable, found it required", changes.relax(name, table));
    }
    if (BigQueryTypes.name(needed).equals("STRUCT") && BigQueryTypes.name(found).equals("STRUCT")) {
      compareColumns(name + ".", needed.getFields(), found.getFields(), table);
    } else if (!ColumnWidth.holds(found, needed)) {
      if (!repeated && !name.contains(".") && ColumnWidth.widens(found, needed)) {
        Remedy widen = changes.widen(name, found, ColumnWidth.both(found, needed));
        widenings.add(difference(place, what, Effect.BLOCKS, widen));
      } else {
        blocks(place, what, refuse(ColumnWidth.reason(found, needed)));
      }
    } else if (!BigQueryTypes.sql(found).equals(BigQueryTypes.sql(needed))) {
      note(place, what + ", which holds more", new Remedy.None());
    }
  }

  private void comparePartitions(Table found) {
    TimePartitioning days = found.getTimePartitioning();
    String column = days == null ? null : days.getField();
    if (!expected.timeColumn().equals(column)) {
      note(
          ": partitions",
          expected(
              "days of " + expected.timeColumn(),
              days == null ? "none" : column == null ? "the time of writing" : column),
          refuse("a table keeps its partitions: " + BY_HAND));
      return;
    }
    Long kept = days.getExpirationMs();
    Long needed = expected.ttl() == null ? null : (Long) expected.ttl().toMillis();
    if (Objects.equals(kept, needed)) {
      return;
    }
    note(
        ": expiration of partitions",
        expected(days(needed), days(kept)),
        kept != null && (needed == null || needed > kept)
            ? changes.keepFor(needed)
            : refuse("days that are kept now would be deleted"));
  }

  private static String days(@Nullable Long millis) {
    return millis == null ? "none" : BigQuerySql.days(millis) + " days";
  }

  private void compareView(@Nullable Table view) {
    String where = at("view", expected.exactView());
    if (view == null) {
      differences.add(Difference.missing(expected.name(), where, changes.createView(false)));
    } else if (view.getView() == null) {
      addOfView(
          where, expected("a view", "a table"), refuse("the name is taken; rename that table"));
    } else if (!BigQuerySql.exact(config.project(), config.dataset(), expected)
        .equals(view.getView().getQuery())) {
      addOfView(
          where,
          "its query is not the one that shows each row of this contract once",
          changes.createView(true));
    } else if (changes.makeViewStale()) {
      differences.add(Difference.stale(expected.name(), where, changes.createView(true)));
    }
  }

  private void addOfView(String where, String what, Remedy remedy) {
    differences.add(new Difference(expected.name(), where, what, Effect.BLOCKS, remedy));
  }
}
