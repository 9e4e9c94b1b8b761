package io.millrace.bigquery.client;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.BigqueryScopes;
import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.DatasetReference;
import com.google.api.services.bigquery.model.QueryRequest;
import com.google.api.services.bigquery.model.QueryResponse;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TestIamPermissionsRequest;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Accesses the tables of a dataset through BigQuery's REST API, with the credentials of the
 * environment. Does not retry, because a user waits for the answer.
 */
public final class RestBigQueryTables implements BigQueryTables {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TIMEOUT_MILLIS = 30_000;

  private final BigQueryConfig config;
  private final Bigquery client;

  private RestBigQueryTables(BigQueryConfig config, Bigquery client) {
    this.config = config;
    this.client = client;
  }

  /**
   * Opens a client.
   *
   * @throws IOException if there are no credentials
   */
  public static RestBigQueryTables open(BigQueryConfig config) throws IOException {
    GoogleCredentials credentials =
        GoogleCredentials.getApplicationDefault().createScoped(List.of(BigqueryScopes.BIGQUERY));
    HttpCredentialsAdapter authorize = new HttpCredentialsAdapter(credentials);
    HttpRequestInitializer requests =
        request -> {
          authorize.initialize(request);
          request.setConnectTimeout(TIMEOUT_MILLIS);
          request.setReadTimeout(TIMEOUT_MILLIS);
        };
    return new RestBigQueryTables(
        config,
        new Bigquery.Builder(new NetHttpTransport(), GsonFactory.getDefaultInstance(), requests)
            .setApplicationName("millrace")
            .build());
  }

  private interface Call<T> {
    T execute() throws IOException;
  }

  /** The answer to a request; null for an error with this HTTP status. */
  private static <T> @Nullable T unless(int status, Call<T> call) throws IOException {
    try {
      return call.execute();
    } catch (GoogleJsonResponseException e) {
      if (e.getStatusCode() != status) {
        throw e;
      }
      return null;
    }
  }

  @Override
  public boolean hasDataset() throws IOException {
    return unless(
            NOT_FOUND, () -> client.datasets().get(config.project(), config.dataset()).execute())
        != null;
  }

  @Override
  public void createDataset(String location) throws IOException {
    Dataset dataset =
        new Dataset()
            .setDatasetReference(
                new DatasetReference()
                    .setProjectId(config.project())
                    .setDatasetId(config.dataset()))
            .setLocation(location);
    unless(CONFLICT, () -> client.datasets().insert(config.project(), dataset).execute());
  }

  @Override
  public @Nullable Table table(String name) throws IOException {
    return unless(
        NOT_FOUND, () -> client.tables().get(config.project(), config.dataset(), name).execute());
  }

  @Override
  public void create(Table table) throws IOException {
    unless(
        CONFLICT,
        () -> client.tables().insert(config.project(), config.dataset(), table).execute());
  }

  @Override
  public void patch(Table table) throws IOException {
    client
        .tables()
        .patch(config.project(), config.dataset(), table.getTableReference().getTableId(), table)
        .execute();
  }

  @Override
  public void run(String statement) throws IOException {
    QueryResponse answer =
        client
            .jobs()
            .query(
                config.project(),
                new QueryRequest()
                    .setQuery(statement)
                    .setUseLegacySql(false)
                    .setTimeoutMs((long) TIMEOUT_MILLIS - 5_000))
            .execute();
    if (!Boolean.TRUE.equals(answer.getJobComplete())) {
      throw new IOException(
          "the statement is still running as job "
              + (answer.getJobReference() == null ? "?" : answer.getJobReference().getJobId()));
    }
  }

  @Override
  public Set<String> missingRights(String table, Set<String> rights) throws IOException {
    String resource =
        "projects/" + config.project() + "/datasets/" + config.dataset() + "/tables/" + table;
    List<String> granted =
        client
            .tables()
            .testIamPermissions(
                resource, new TestIamPermissionsRequest().setPermissions(List.copyOf(rights)))
            .execute()
            .getPermissions();
    Set<String> missing = new HashSet<>(rights);
    if (granted != null) {
      missing.removeAll(granted);
    }
    return missing;
  }
}
