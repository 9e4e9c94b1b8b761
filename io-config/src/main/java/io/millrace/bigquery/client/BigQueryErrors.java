package io.millrace.bigquery.client;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Explains BigQuery's errors in one line, with the remedy. */
public final class BigQueryErrors {
  private BigQueryErrors() {}

  public static String explain(IOException e, BigQueryConfig config) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof GoogleJsonResponseException answer) {
        return explain(answer, config);
      }
    }
    String message = firstLine(e.getMessage());
    if (message.contains("default credentials")) {
      return "no credentials found: run `gcloud auth application-default login`, or set"
          + " GOOGLE_APPLICATION_CREDENTIALS to a service account's key file; on Google Cloud,"
          + " use the machine's service account";
    }
    if (e instanceof UnknownHostException || e instanceof SocketTimeoutException) {
      return "no answer from BigQuery's API (%s); check the internet connection"
          .formatted(e.getClass().getSimpleName());
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
    String quote = " (HTTP status " + answer.getStatusCode() + ": " + message + ")";
    return switch (answer.getStatusCode()) {
      case 401 ->
          "the credentials are not valid"
              + quote
              + "; run `gcloud auth application-default login`, or use another key";
      case 403 -> forbidden(reason == null ? "" : reason, quote, config);
      case 404 ->
          ("the project, dataset or table does not exist%s; use the project's id as"
                  + " shown by `gcloud projects list`")
              .formatted(quote);
      case 429, 500, 502, 503, 504 -> "BigQuery is busy or down" + quote + "; try again";
      default -> message + " (HTTP status " + answer.getStatusCode() + ")";
    };
  }

  private static String forbidden(String reason, String quote, BigQueryConfig config) {
    return switch (reason) {
      case "rateLimitExceeded", "quotaExceeded" ->
          "a quota is exhausted" + quote + "; wait, or request a higher quota in the Cloud console";
      case "billingNotEnabled" ->
          ("billing is not enabled for the project%s; enable it, because the Write API"
                  + " requires it")
              .formatted(quote);
      case "accessNotConfigured" ->
          ("BigQuery's API is not enabled%s; run `gcloud services enable"
                  + " bigquery.googleapis.com --project=%s`")
              .formatted(quote, config.project());
      default ->
          ("permission denied%s; grant roles/bigquery.dataEditor on the dataset %s:%s to"
                  + " the account of this process")
              .formatted(quote, config.project(), config.dataset());
    };
  }

  private static String firstLine(String message) {
    return message == null ? "" : message.lines().findFirst().orElse("").strip();
  }
}
