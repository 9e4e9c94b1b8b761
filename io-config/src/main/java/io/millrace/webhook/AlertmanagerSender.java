package io.millrace.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.alerting.AlertMessage;
import io.millrace.alerting.AlertSender;
import io.millrace.contract.Alerts;
import io.millrace.event.Clock;
import io.millrace.security.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Posts changes in the form of Alertmanager's API: labels, annotations, {@code startsAt} and {@code
 * endsAt}. The receiver knows alerts that fire, so a pending alert is not sent. What was sent twice
 * changes nothing there.
 *
 * <p>A receiver that rejects the content of a message gets the others; the rejected one waits.
 */
final class AlertmanagerSender implements AlertSender {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** Without it, an Alertmanager ends an alert after some minutes without another message. */
  private static final Duration FIRES_FOR = Duration.ofDays(7);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AlertmanagerTarget target;
  private final Clock clock;
  private @Nullable HttpClient client;

  AlertmanagerSender(AlertmanagerTarget target, Clock clock) {
    this.target = target;
    this.clock = clock;
  }

  /** The answer to one request; an empty reason means that it was accepted. */
  private record Answer(String reason, boolean operator, boolean rejected) {
    static final Answer ACCEPTED = new Answer("", false, false);
  }

  @Override
  public Unsent send(List<AlertMessage> messages) throws InterruptedException {
    List<AlertMessage> rejected = new ArrayList<>();
    Answer last = Answer.ACCEPTED;
    for (int i = 0; i < messages.size(); i++) {
      ObjectNode alert = alert(messages.get(i));
      Answer answer = alert == null ? Answer.ACCEPTED : post("[" + alert + "]");
      if (answer.rejected) {
        rejected.add(messages.get(i));
        last = answer;
      } else if (!answer.reason.isEmpty()) {
        List<AlertMessage> left = new ArrayList<>(messages.subList(i, messages.size()));
        left.addAll(rejected);
        return new Unsent(left, answer.reason, answer.operator);
      }
    }
    return new Unsent(rejected, last.reason, last.operator);
  }

  /** Posts nothing; the reason in the result is empty if that was accepted. */
  Unsent ping() throws InterruptedException {
    Answer answer = post("[]");
    return new Unsent(List.of(), answer.reason, answer.operator);
  }

  /** The alert as it is after the change; null if the receiver need not know of it. */
  @Nullable ObjectNode alert(AlertMessage message) {
    boolean firing = message.text(Alerts.STATE).equals("firing");
    boolean fired =
        message.text(Alerts.CHANGE).equals("firing")
            || message.text(Alerts.CHANGE).equals("resolved");
    if (!firing && !fired) {
      return null;
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    String since = message.text(fired ? Alerts.FIRING_SINCE : Alerts.CHANGED_AT);
    // A result of an open window may fire before its time has come.
    Instant start = Instant.parse(since).isAfter(now) ? now : Instant.parse(since);
    ObjectNode alert = JSON.createObjectNode();
    ObjectNode labels = alert.putObject("labels");
    labels.put("alertname", message.text(Alerts.ALERT));
    labels.put("contract", message.text("contract"));
    message
        .json()
        .path(Alerts.LABELS)
        .fields()
        .forEachRemaining(label -> labels.put(label.getKey(), label.getValue().asText()));
    ObjectNode annotations = alert.putObject("annotations");
    annotations.put("summary", message.text(Alerts.SUMMARY));
    annotations.put("window_start", message.text("window_start"));
    annotations.put("window_end", message.text("window_end"));
    alert.put("startsAt", start.toString());
    alert.put("endsAt", (firing ? now.plus(FIRES_FOR) : now).toString());
    return alert;
  }

  private Answer post(String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target.url()))
            .timeout(ANSWER_TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    try {
      if (target.authorization() != null) {
        request.header("Authorization", target.authorization().resolve());
      }
      HttpClient http = client;
      if (http == null) {
        http =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(Tls.context(target.caFile()))
                .build();
        client = http;
      }
      return answer(http.send(request.build(), HttpResponse.BodyHandlers.discarding()));
    } catch (IllegalArgumentException e) {
      // A secret or certificate that cannot be read; it may be fixed while changes wait.
      return new Answer(String.valueOf(e.getMessage()), true, false);
    } catch (IOException e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Answer("no answer: " + message.replace('\n', ' '), false, false);
    }
  }

  private static Answer answer(HttpResponse<Void> response) {
    int status = response.statusCode();
    String reason = "HTTP status " + status;
    return switch (status) {
      case 200, 201, 202, 204 -> Answer.ACCEPTED;
      case 401, 403 -> new Answer(reason + ": check --alertAuthorization", true, false);
      case 404, 405 -> new Answer(reason + ": check the path in --alerts", true, false);
      case 400, 413, 422 -> new Answer(reason + ": it rejects the content", true, true);
      default -> new Answer(reason, false, false);
    };
  }

  @Override
  public void close() {
    client = null;
  }
}
