package io.millrace.webhook;

import io.millrace.alerting.AlertConnector;
import io.millrace.alerting.AlertTarget;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.FlagReader;
import io.millrace.security.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Webhooks over HTTP: targets of alerts. */
public final class WebhookConnector implements AlertConnector {
  private static final String FORM = "https://alertmanager:port";

  /** Alertmanager's path for alerts. */
  private static final String PATH = "/api/v2/alerts";

  /** The beginning of both {@code http://} and {@code https://}. */
  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return WebhookOptions.class;
  }

  @Override
  public String alertForm() {
    return FORM;
  }

  @Override
  public AlertTarget parseAlerts(String url, @Nullable SourceAddress input, FlagReader flags) {
    WebhookOptions options = flags.as(WebhookOptions.class);
    SecretReference authorization =
        flags.parsed("alertAuthorization", options.getAlertAuthorization(), SecretReference::parse);
    return new AlertmanagerTarget(address(url), authorization, options.getAlertCaFile());
  }

  private static String address(String url) {
    if (url.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL; use --alertAuthorization=env:NAME");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a URL: expected " + FORM, e);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException(
          "`%s`: expected %s, without query and fragment".formatted(url, FORM));
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    return path.isEmpty() || path.equals("/")
        ? url.substring(0, url.length() - path.length()) + PATH
        : url;
  }
}
