package io.millrace.bigquery.client;

import io.millrace.io.SinkAddress;
import io.millrace.io.flags.Urls;

/**
 * Address of a BigQuery dataset: {@code bigquery://project/dataset}.
 *
 * @param project the project's id, not its name or number; may begin with a domain ({@code
 *     example.com:project})
 * @param dataset the dataset's id
 */
public record BigQueryAddress(String project, String dataset) implements SinkAddress {
  public static final String SCHEME = "bigquery://";

  private static final int MAX_DATASET_CHARS = 1024;

  /** Parses a URL as {@code SinkConnector.parseOutput} does. */
  public static BigQueryAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    int slash = rest.indexOf('/');
    if (rest.indexOf('@') >= 0 || rest.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "a BigQuery URL has no user, password or parameters, because credentials come from the"
              + " environment; expected bigquery://project/dataset");
    }
    if (slash < 0) {
      throw new IllegalArgumentException("`" + text + "`: expected bigquery://project/dataset");
    }
    String project = rest.substring(0, slash);
    String dataset = rest.substring(slash + 1);
    if (!Urls.isGoogleProject(project)) {
      throw new IllegalArgumentException(
          ("`%s`: `%s` is not a valid project id: expected 6 to 30 lower-case letters,"
                  + " digits and -, starting with a letter")
              .formatted(text, project));
    }
    if (!isDataset(dataset)) {
      throw new IllegalArgumentException(
          "`%s`: `%s` is not a valid dataset id: expected letters, digits and _"
              .formatted(text, dataset));
    }
    return new BigQueryAddress(project, dataset);
  }

  private static boolean isDataset(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_DATASET_CHARS
        && id.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
  }

  @Override
  public String toString() {
    return SCHEME + project + "/" + dataset;
  }
}
