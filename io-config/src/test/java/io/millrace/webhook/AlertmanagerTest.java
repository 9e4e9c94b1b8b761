package io.millrace.webhook;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.alerting.AlertMessage;
import io.millrace.alerting.AlertOptions;
import io.millrace.alerting.AlertSender.Unsent;
import io.millrace.alerting.AlertTargets;
import io.millrace.connectors.Connectors;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.io.flags.FlagReader;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import io.millrace.security.SecretReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an Alertmanager is sent, and when, over real HTTP. */
class AlertmanagerTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant NOW = NOON.plusSeconds(30);

  @TempDir private Path directory;
  private Receiver receiver;

  @BeforeEach
  void start() throws Exception {
    receiver = new Receiver();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  private static Row change(String change, String state, boolean revoked, int minute) {
    Instant at = NOON.plusSeconds(60L * minute);
    boolean fired = change.equals("firing") || change.equals("resolved");
    return Row.withSchema(Alerts.schema())
        .attachValues(
            Arrays.asList(
                "errors",
                "[\"sales\"]",
                change,
                at,
                state,
                fired ? NOON : null,
                revoked,
                revoked,
                0L,
                at.minusSeconds(60),
                at,
                Map.of("database_name", "sales", "severity", "page"),
                "5 % of sales",
                NOW));
  }

  private AlertmanagerSender sender() {
    return new AlertmanagerSender(
        new AlertmanagerTarget(receiver.url() + "/api/v2/alerts", null, null), NOW::toEpochMilli);
  }

  private static List<AlertMessage> messages(Row... rows) {
    return Arrays.stream(rows).map(row -> AlertMessage.of("queries", row)).toList();
  }

  @Test
  void sendsAlertsInItsForm() throws Exception {
    try (AlertmanagerSender sender = sender()) {
      assertThat(
          sender.send(
              messages(
                  change("pending", "pending", false, -1),
                  change("firing", "firing", false, 0),
                  change("resolved", "inactive", false, 5))),
          is(Unsent.NONE));
    }
    assertThat(receiver.alerts, hasSize(2));
    JsonNode firing = receiver.alerts.get(0);
    assertThat(firing.path("labels").path("alertname").asText(), is("errors"));
    assertThat(firing.path("labels").path("contract").asText(), is("queries"));
    assertThat(firing.path("labels").path("severity").asText(), is("page"));
    assertThat(firing.path("labels").size(), is(4));
    assertThat(firing.path("annotations").path("summary").asText(), is("5 % of sales"));
    assertThat(firing.path("startsAt").asText(), is("2026-03-01T12:00:00Z"));
    assertThat(Instant.parse(firing.path("endsAt").asText()), greaterThan(NOW.plusSeconds(86_400)));
    JsonNode resolved = receiver.alerts.get(1);
    assertThat(resolved.path("labels"), is(firing.path("labels")));
    assertThat(resolved.path("endsAt").asText(), is(NOW.toString()));
    assertThat(receiver.requests, contains("null /api/v2/alerts", "null /api/v2/alerts"));
  }

  @Test
  void aRevokedAlertEnds() throws Exception {
    try (AlertmanagerSender sender = sender()) {
      assertThat(sender.send(messages(change("firing", "inactive", true, 0))), is(Unsent.NONE));
    }
    assertThat(receiver.alerts.get(0).path("endsAt").asText(), is(NOW.toString()));
  }

  @Test
  void anAlertThatFiresEarlyBeginsNow() throws Exception {
    Row early = change("firing", "firing", false, 0);
    List<Object> values = new ArrayList<>(early.getValues());
    values.set(5, NOW.plusSeconds(60));
    Row row = Row.withSchema(Alerts.schema()).attachValues(values);
    try (AlertmanagerSender sender = sender()) {
      assertThat(sender.send(messages(row)), is(Unsent.NONE));
    }
    assertThat(receiver.alerts.get(0).path("startsAt").asText(), is(NOW.toString()));
  }

  @Test
  void afterAFailureLaterChangesWait() throws Exception {
    receiver.answers(200, 503);
    List<AlertMessage> messages =
        messages(
            change("firing", "firing", false, 0),
            change("resolved", "inactive", false, 1),
            change("firing", "firing", false, 2));
    try (AlertmanagerSender sender = sender()) {
      Unsent unsent = sender.send(messages);
      assertThat(unsent.messages(), is(messages.subList(1, 3)));
      assertThat(unsent.reason(), is("HTTP status 503"));
      assertThat(unsent.operator(), is(false));
    }
    assertThat(receiver.requests, hasSize(2));
  }

  @Test
  void aRejectedChangeHoldsUpNoOther() throws Exception {
    receiver.answers(400);
    List<AlertMessage> messages =
        messages(change("firing", "firing", false, 0), change("resolved", "inactive", false, 1));
    try (AlertmanagerSender sender = sender()) {
      Unsent unsent = sender.send(messages);
      assertThat(unsent.messages(), is(messages.subList(0, 1)));
      assertThat(unsent.operator(), is(true));
    }
    assertThat(receiver.alerts, hasSize(1));
  }

  @Test
  void aReceiverThatIsDownIsNoOperatorsAffair() throws Exception {
    receiver.close();
    try (AlertmanagerSender sender = sender()) {
      Unsent unsent = sender.send(messages(change("firing", "firing", false, 0)));
      assertThat(unsent.messages(), hasSize(1));
      assertThat(unsent.reason(), containsString("no answer"));
      assertThat(unsent.operator(), is(false));
    }
  }

  @Test
  void readsTheAuthorizationOnTheWorker() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "Bearer abc\n");
    AlertmanagerTarget target =
        new AlertmanagerTarget(
            receiver.url() + "/hook", new SecretReference("file:" + secret), null);
    assertThat(target.check(), empty());
    assertThat(receiver.requests, contains("Bearer abc /hook"));
    assertThat(target.toString().contains("abc"), is(false));
    Files.delete(secret);
    assertThat(target.check().get(0), containsString(secret.toString()));
  }

  @ParameterizedTest
  @CsvSource({"401, --alertAuthorization", "404, the path in --alerts", "500, HTTP status 500"})
  void checkSaysWhatIsWrong(int status, String problem) {
    receiver.answers(status);
    AlertmanagerTarget target = new AlertmanagerTarget(receiver.url() + "/x", null, null);
    assertThat(target.check().get(0), containsString(problem));
  }

  private static FlagReader flags(String alerts) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.as(AlertOptions.class).setAlerts(alerts);
    return new FlagReader(options);
  }

  private static AlertTargets parse(FlagReader flags) {
    return AlertTargets.parse(Connectors.ALL.forAlerts(), null, flags);
  }

  @Test
  void readsTheFlag() {
    FlagReader flags =
        flags(
            "http://h:1,https://h/prefix/api/v2/alerts,kafka://a:1,b:2/alerts,"
                + "pubsub://my-project/alerts");
    List<String> addresses =
        parse(flags).targets().stream()
            .map(target -> target.kind() + " " + target.address())
            .toList();
    assertThat(flags.problems(), empty());
    assertThat(
        addresses,
        contains(
            "webhook http://h:1/api/v2/alerts",
            "webhook https://h/prefix/api/v2/alerts",
            "kafka kafka://a:1,b:2/alerts",
            "pubsub pubsub://my-project/alerts"));
    assertThat(parse(flags(null)), is(AlertTargets.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ftp://h/x | `ftp://`: expected kafka://host:port/topic, pubsub://project/topic or"
            + " https://alertmanager:port",
        "https://me:secret@h | user and password must not appear in the URL",
        "https://h?token=x | expected https://alertmanager:port, without query and fragment",
        "https://h,https://h | is given twice",
        "kafka://a:1/x* | expected a topic, found a pattern",
      })
  void saysWhatIsWrongWithTheFlag(String alerts, String problem) {
    FlagReader flags = flags(alerts);
    AlertTargets unused = parse(flags);
    assertThat(flags.problems(), hasSize(1));
    assertThat(flags.problems().get(0), containsString(problem));
    assertThat(flags.problems().get(0).contains("secret"), is(false));
  }

  /** The receiver is down at first: nothing is lost. */
  @Test
  void everyChangeArrivesInTheEnd() {
    receiver.answers(503, 500, 200, 503);
    Contract contract =
        ContractLoader.parse(
            """
            contract: c
            fields: {at: {type: timestamp, required: true}}
            event_time: {field: at}
            identity: [at]
            rollups: {r: {window: {fixed: 1m}, measures: {n: {type: count}}}}
            alerts: {errors: {on: r, when: n > 1}}
            """,
            "c.yaml");
    List<RollupRow> changes = new ArrayList<>();
    for (int minute = 0; minute < 6; minute++) {
      boolean fires = minute % 2 == 0;
      changes.add(
          new RollupRow(
              "c_alerts",
              change(fires ? "firing" : "resolved", fires ? "firing" : "inactive", false, minute)));
    }
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(Create.of(changes).withCoder(RollupRowCoder.of(contract)))
        .apply(parse(flags(receiver.url())).send("c"));
    pipeline.run().waitUntilFinish();
    assertThat(receiver.alerts, hasSize(6));
  }
}
