package io.millrace.bigquery.client;

import com.google.api.services.bigquery.model.Table;
import java.io.IOException;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a dataset's tables are looked at, created and changed by. Every method asks BigQuery; what
 * it answers comes as an {@link IOException}.
 */
public interface BigQueryTables {
  /** Whether the dataset is there. */
  boolean hasDataset() throws IOException;

  /** Creates the dataset. */
  void createDataset(String location) throws IOException;

  /** A table or view with its columns; null: there is none. */
  @Nullable Table table(String name) throws IOException;

  /** Creates a table or view, unless it is there. */
  void create(Table table) throws IOException;

  /** Changes those properties of a table or view that are set. */
  void patch(Table table) throws IOException;

  /** Runs a statement that changes a table and that the API has no call for. */
  void run(String statement) throws IOException;

  /**
   * Which rights on a table the caller lacks.
   *
   * @param rights such as {@code bigquery.tables.updateData}
   */
  default Set<String> missingRights(String table, Set<String> rights) throws IOException {
    return Set.of();
  }
}
