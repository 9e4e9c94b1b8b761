package io.millrace.webhook;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of webhooks, unparsed. */
@FlagGroup("Alerts")
public interface WebhookOptions extends PipelineOptions {
  @Description(
      "Reference to the value of the header Authorization for webhooks in --alerts, such as"
          + " `Bearer TOKEN`. Example: --alertAuthorization=env:ALERTMANAGER_AUTHORIZATION"
          + " Example: --alertAuthorization=gcp-secret:projects/p/secrets/alerts/versions/latest")
  @Flag(onDataflow = "^" + Flag.GCP_SECRET + "$")
  @Nullable String getAlertAuthorization();

  void setAlertAuthorization(@Nullable String alertAuthorization);

  @Description(
      "PEM file of the certificates that webhooks in --alerts are trusted by, in place of those of"
          + " the JVM. Example: --alertCaFile=/etc/ssl/alertmanager.pem")
  @Flag(localOnly = true)
  @Nullable String getAlertCaFile();

  void setAlertCaFile(@Nullable String alertCaFile);
}
