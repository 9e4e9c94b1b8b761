package io.millrace.webhook;

import io.millrace.alerting.AlertSender;
import io.millrace.alerting.AlertTarget;
import io.millrace.event.Clock;
import io.millrace.io.SourceAddress;
import io.millrace.security.SecretReference;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An Alertmanager, or another receiver of its form.
 *
 * @param url the address that alerts are posted to
 * @param authorization the value of the header Authorization; null: none
 * @param caFile the trusted certificates; null: those of the JVM
 */
record AlertmanagerTarget(
    String url, @Nullable SecretReference authorization, @Nullable String caFile)
    implements AlertTarget {
  @Override
  public String kind() {
    return "webhook";
  }

  @Override
  public String address() {
    return url;
  }

  /** Posts no alerts at all, which an Alertmanager accepts. */
  @Override
  public List<String> check() {
    try (AlertmanagerSender sender = new AlertmanagerSender(this, Clock.system())) {
      AlertSender.Unsent answer = sender.ping();
      return answer.reason().isEmpty()
          ? List.of()
          : List.of("alerts to " + url + ": " + answer.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("alerts to " + url + ": interrupted");
    }
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    return false;
  }

  @Override
  public AlertSender.Factory senders() {
    AlertmanagerTarget target = this;
    return options -> new AlertmanagerSender(target, Clock.system());
  }
}
