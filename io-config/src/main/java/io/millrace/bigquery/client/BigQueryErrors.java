package io.millrace.bigquery.client;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** What BigQuery's answers mean, in one line with the remedy. */
public final class BigQueryErrors {
  private BigQueryErrors() {}

  /** Why a request was not answered as hoped. */
  public static String explain(IOException e, BigQueryConfig config) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof GoogleJsonResponseException answer) {
        return explain(answer, config);
      }
    }
    String message = firstLine(e.getMessage());
    if (message.contains("default credentials")) {
      return "there are no credentials: `gcloud auth application-default login`, or set"
          + " GOOGLE_APPLICATION_CREDENTIALS to the file of a service account's key; on Google Cloud"
          + " the machine's service account is used";
    }
    if (e instanceof UnknownHostException || e instanceof SocketTimeoutException) {
      return "no answer from BigQuery's API ("
          + e.getClass().getSimpleName()
          + "); is there a way to the internet?";
    }
    return message.isEmpty() ? e.getClass().getSimpleName() : message;
  }

  private static String explain(GoogleJsonResponseException answer, BigQueryConfig config) {
    GoogleJsonError details = answer.getDetails();
    String reason =
        details == null || details.getErrors() == null || details.getErrors().isEmpty()
            ? ""
            : details.getErrors().get(0).getReason();
    String message = firstLine(details == null ? answer.getStatusMessage() : details.getMessage());
    String said = " (HTTP status " + answer.getStatusCode() + ": " + message + ")";
    return switch (answer.getStatusCode()) {
      case 401 ->
          "the credentials are not valid"
              + said
              + "; `gcloud auth application-default login`, or another key";
      case 403 -> forbidden(reason == null ? "" : reason, said, config);
      case 404 ->
          "there is no such project, dataset or table"
              + said
              + "; a project is named by its id, as `gcloud projects list` shows it";
      case 429, 500, 502, 503, 504 -> "BigQuery is busy or down" + said + "; try again";
      default -> message + " (HTTP status " + answer.getStatusCode() + ")";
    };
  }

  private static String forbidden(String reason, String said, BigQueryConfig config) {
    return switch (reason) {
      case "rateLimitExceeded", "quotaExceeded" ->
          "a quota is used up" + said + "; wait, or ask for more in the Cloud console";
      case "billingNotEnabled" ->
          "the project has no billing" + said + "; enable it, the Write API needs it";
      case "accessNotConfigured" ->
          "BigQuery's API is not enabled"
              + said
              + "; `gcloud services enable bigquery.googleapis.com --project="
              + config.project()
              + "`";
      default ->
          "the right is missing"
              + said
              + "; grant roles/bigquery.dataEditor on the dataset "
              + config.project()
              + ":"
              + config.dataset()
              + " to the account that runs this";
    };
  }

  private static String firstLine(String message) {
    return message == null ? "" : message.lines().findFirst().orElse("").strip();
  }
}
