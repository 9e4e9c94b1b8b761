package io.millrace.bigquery.client;

import com.google.api.services.bigquery.model.Table;
import java.io.IOException;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Access to the tables of a dataset. Every method sends a request; errors are {@link IOException}s.
 */
public interface BigQueryTables {
  interface Opener {
    BigQueryTables open() throws IOException;
  }

  boolean hasDataset() throws IOException;

  void createDataset(String location) throws IOException;

  /** A table or view with its columns; null if it does not exist. */
  @Nullable Table table(String name) throws IOException;

  /** Creates a table or view, unless it exists. */
  void create(Table table) throws IOException;

  /** Changes the properties of a table or view that are set. */
  void patch(Table table) throws IOException;

  /** Runs a statement that changes a table, where the API has no call. */
  void run(String statement) throws IOException;

  /**
   * The permissions on a table that the caller lacks.
   *
   * @param rights such as {@code bigquery.tables.updateData}
   */
  default Set<String> missingRights(String table, Set<String> rights) throws IOException {
    return Set.of();
  }
}
