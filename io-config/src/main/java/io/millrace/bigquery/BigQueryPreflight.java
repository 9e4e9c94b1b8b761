package io.millrace.bigquery;

import com.google.api.services.bigquery.model.Table;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryErrors;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.bigquery.schema.BigQueryDifference;
import io.millrace.bigquery.schema.BigQueryMigration;
import io.millrace.bigquery.schema.BigQueryNames;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.BigQueryTableCheck;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Looks at a dataset before anything is written to it, and creates what is missing. */
final class BigQueryPreflight {
  private static final Set<String> RIGHTS =
      Set.of("bigquery.tables.get", "bigquery.tables.updateData");

  private final BigQueryConfig config;
  private final List<BigQueryTable> expected;
  private final Opener opener;

  /** Opens a client, when it is needed. */
  interface Opener {
    BigQueryTables open() throws IOException;
  }

  BigQueryPreflight(BigQueryConfig config, List<BigQueryTable> expected, Opener opener) {
    this.config = config;
    this.expected = expected;
    this.opener = opener;
  }

  /** What there is. */
  private record Findings(
      boolean dataset, Map<String, Table> found, List<BigQueryDifference> differences) {}

  /** A step that asks BigQuery. */
  private interface Step<T> {
    T apply(BigQueryTables tables) throws IOException;
  }

  private <T> T with(Step<T> step) {
    try {
      return step.apply(opener.open());
    } catch (IOException e) {
      throw new SinkException(List.of(where() + ": " + BigQueryErrors.explain(e, config)));
    }
  }

  private String where() {
    return "BigQuery " + config.project() + ":" + config.dataset();
  }

  /** One line for each problem; changes nothing. */
  List<String> problems() {
    List<String> impossible = impossible();
    if (!impossible.isEmpty()) {
      return impossible;
    }
    try {
      return with(tables -> problems(tables, look(tables)));
    } catch (SinkException e) {
      return e.problems();
    }
  }

  /** One line for each difference with which a run can start; changes nothing. */
  List<String> notes() {
    try {
      return with(this::look).differences.stream()
          .filter(difference -> !difference.blocks())
          .map(BigQueryDifference::line)
          .toList();
    } catch (SinkException e) {
      return e.problems();
    }
  }

  /** Creates what is missing, unless there are problems; they are the answer. */
  List<String> createMissing() {
    List<String> impossible = impossible();
    if (!impossible.isEmpty()) {
      return impossible;
    }
    try {
      return with(
          tables -> {
            Findings findings = look(tables);
            List<String> problems = problems(tables, findings);
            if (problems.isEmpty()) {
              for (BigQueryMigration.Step step :
                  BigQueryMigration.creations(config, expected, findings.dataset, findings.found)) {
                step.action().apply(tables);
              }
            }
            return problems;
          });
    } catch (SinkException e) {
      return e.problems();
    }
  }

  /**
   * Makes the tables fit, as far as that is safe.
   *
   * @throws SinkException with what keeps BigQuery from it
   */
  SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    List<String> impossible = impossible();
    if (!impossible.isEmpty()) {
      throw new SinkException(impossible);
    }
    return with(
        tables -> {
          Findings findings = look(tables);
          if (!findings.dataset && config.location() == null) {
            throw new SinkException(List.of(noDataset()));
          }
          BigQueryMigration plan =
              BigQueryMigration.plan(
                  config, expected, findings.dataset, findings.found, findings.differences);
          for (BigQueryMigration.Step step : plan.steps()) {
            progress.accept(step.change());
            if (!dryRun) {
              apply(tables, step);
            }
          }
          return plan.summary();
        });
  }

  private void apply(BigQueryTables tables, BigQueryMigration.Step step) {
    try {
      step.action().apply(tables);
    } catch (IOException e) {
      throw new SinkException(
          List.of(
              step.change().where()
                  + ": the change was not made: "
                  + BigQueryErrors.explain(e, config)
                  + "; mend that and migrate again: what was done before stays"));
    }
  }

  private Findings look(BigQueryTables tables) throws IOException {
    Map<String, Table> found = new HashMap<>();
    List<BigQueryDifference> differences = new ArrayList<>();
    boolean dataset = tables.hasDataset();
    if (dataset) {
      for (BigQueryTable table : expected) {
        Table there = tables.table(table.name());
        Table view = tables.table(table.exactView());
        if (there != null) {
          found.put(table.name(), there);
        }
        if (view != null) {
          found.put(table.exactView(), view);
        }
        differences.addAll(BigQueryTableCheck.differences(config, table, there, view));
      }
    }
    return new Findings(dataset, found, differences);
  }

  private List<String> problems(BigQueryTables tables, Findings findings) throws IOException {
    List<String> problems = new ArrayList<>();
    if (!findings.dataset && config.location() == null) {
      problems.add(noDataset());
    }
    findings.differences.stream()
        .filter(BigQueryDifference::blocks)
        .forEach(difference -> problems.add(difference.line()));
    for (BigQueryTable table : expected) {
      if (findings.found.containsKey(table.name())) {
        Set<String> missing = tables.missingRights(table.name(), RIGHTS);
        if (!missing.isEmpty()) {
          problems.add(
              "table "
                  + config.dataset()
                  + "."
                  + table.name()
                  + ": the account that runs this lacks "
                  + String.join(", ", new TreeSet<>(missing))
                  + "; grant roles/bigquery.dataEditor on the dataset "
                  + config.project()
                  + ":"
                  + config.dataset());
        }
      }
    }
    return problems;
  }

  private String noDataset() {
    return where()
        + ": there is no such dataset; create it where its data is to be (`bq --location=EU mk"
        + " --dataset "
        + config.project()
        + ":"
        + config.dataset()
        + "`), or give --bigQueryDatasetLocation=EU";
  }

  /** What no table of BigQuery can have. */
  private List<String> impossible() {
    return expected.stream()
        .flatMap(table -> BigQueryNames.mistakes(table.name(), table.stored()).stream())
        .toList();
  }
}
