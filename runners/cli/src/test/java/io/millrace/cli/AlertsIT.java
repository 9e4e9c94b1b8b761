package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An error burst in a live topic fires and is resolved, in the table, in a topic and at a webhook.
 * In between the run is killed.
 */
class AlertsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONTRACT =
      """
      contract: calls
      fields:
        id:     {type: int64, required: true}
        at:     {type: timestamp, required: true}
        shop:   {type: string, required: true}
        failed: {type: boolean, default: false}
      event_time: {field: at, bucket: 2s, out_of_orderness: 1s, allowed_lateness: 1m}
      identity: [id, at]
      error: failed == true
      rollups:
        rate: {window: {fixed: 2s}, group_by: [shop], measures: {rate: {type: error_rate}}}
      alerts:
        errors:
          on: rate
          when: rate > 0.5
          for: 2s
          labels: {severity: page, team: "shop-{shop}"}
          summary: "{rate * 100.0} % of {events} calls failed"
      """;

  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final List<JsonNode> received = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> receivedAt = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService producing = Executors.newSingleThreadScheduledExecutor();

  @TempDir private Path directory;
  private LocalStack stack;
  private HttpServer webhook;
  private KafkaProducer<byte[], byte[]> producer;
  private long sent;

  @BeforeEach
  void start() throws IOException {
    stack = SharedStack.clean();
    stack.kafka().createTopic("calls", 1);
    stack.kafka().createTopic("alerts", 1);
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          JSON.readTree(exchange.getRequestBody()).forEach(received::add);
          receivedAt.add(System.currentTimeMillis());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var unused = producing.scheduleAtFixedRate(this::sendSome, 0, 100, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void stop() throws InterruptedException {
    producing.shutdownNow();
    assertThat(producing.awaitTermination(1, TimeUnit.MINUTES), is(true));
    producer.close();
    webhook.stop(0);
  }

  /** A call in each shop; those of one fail while the test says so. */
  private void sendSome() {
    for (String shop : silent.get() ? List.of("b") : List.of("a", "b")) {
      String call =
          "{\"id\":%d,\"at\":\"%s\",\"shop\":\"%s\",\"failed\":%s}"
              .formatted(sent++, Instant.now(), shop, shop.equals("a") && failing.get());
      var unused = producer.send(new ProducerRecord<>("calls", 0, null, call.getBytes(UTF_8)));
    }
  }

  private String[] run() throws IOException {
    String kafka = "kafka://" + stack.kafka().address();
    return new String[] {
      "run",
      "--state=" + directory.resolve("state"),
      "--checkpointingInterval=1000",
      // It must not delay an alert.
      "--maxBatchAge=60s",
      "--input=" + kafka + "/calls",
      "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/alerts_it",
      "--alerts=" + kafka + "/alerts,http://127.0.0.1:" + webhook.getAddress().getPort(),
      "--contract=" + Files.writeString(directory.resolve("calls.yaml"), CONTRACT)
    };
  }

  private String query(String sql) {
    try {
      return stack.clickHouse().query(sql).strip();
    } catch (LocalStackException e) {
      return "";
    }
  }

  private boolean has(String change) {
    return query("SELECT count() FROM alerts_it.calls_alerts WHERE change = '" + change + "'")
        .matches("[1-9].*");
  }

  @Test
  void aBurstFiresAndIsResolvedOnce() throws Exception {
    try (RunningCommand run = new RunningCommand(run())) {
      run.await("roll-ups", () -> TableRows.count(stack, "alerts_it.rate") > 2);
      failing.set(true);
      run.await("an alert that fires", () -> has("firing"));
      long fired = System.currentTimeMillis();
      run.await("a checkpoint", () -> CheckpointFiles.hasNewer(directory.resolve("state"), fired));
    }
    assertThat(query("SELECT latest_state FROM alerts_it.calls_alerts_current"), is("firing"));
    try (RunningCommand run = new RunningCommand(run())) {
      long rows = TableRows.count(stack, "alerts_it.rate");
      run.await("roll-ups", () -> TableRows.count(stack, "alerts_it.rate") > rows + 4);
      failing.set(false);
      run.await("the end of the alert", () -> has("resolved"));
      run.await("the end at the webhook", () -> received.size() >= 2 && ended(last(received)));
      // Each target has a step of its own: what one has not sent when the run stops, the next
      // sends.
      run.await("the end in the topic", () -> changes().contains("resolved"));
      MillraceProcess.Result stopped = run.stop();
      assertThat(stopped.out(), containsString("since this start: read"));
    }
    checkTable();
    checkTopic();
    checkWebhook();
  }

  /** The watermark alone tells that a group has no result; each step passes it on later. */
  @Test
  void aGroupThatFallsSilentIsResolved() throws Exception {
    try (RunningCommand run = new RunningCommand(run())) {
      failing.set(true);
      run.await("an alert that fires", () -> has("firing"));
      silent.set(true);
      run.await("the end of the alert", () -> has("resolved"));
    }
    assertThat(
        query("SELECT latest_state, group_key FROM alerts_it.calls_alerts_current"),
        is("inactive\t[\"a\"]"));
    long resolved =
        number(
            "SELECT min(toUnixTimestamp64Milli(inserted_at) - toUnixTimestamp64Milli(changed_at))"
                + " FROM alerts_it.calls_alerts WHERE change = 'resolved'");
    // The out-of-orderness, a bundle of a second in each of four steps, and the promise.
    assertThat(resolved, lessThan(1000L + 4 * 1000L + 5000L));
    long last =
        number(
            "SELECT max(toUnixTimestamp64Milli(window_end)) FROM alerts_it.rate WHERE shop = 'a'");
    assertThat(
        number(
            "SELECT toUnixTimestamp64Milli(changed_at) FROM alerts_it.calls_alerts_exact WHERE change = 'resolved'"),
        is(last + 2000L));
  }

  private void checkTable() {
    assertThat(
        query(
            """
            SELECT alert, group_key, change, revoked, corrected FROM alerts_it.calls_alerts_exact
            ORDER BY changed_at FORMAT CSV"""),
        equalTo(
            """
            "errors","[""a""]","pending",false,false
            "errors","[""a""]","firing",false,false
            "errors","[""a""]","resolved",false,false"""));
    assertThat(query("SELECT latest_state FROM alerts_it.calls_alerts_current"), is("inactive"));
    assertThat(
        query("SELECT labels['team'] FROM alerts_it.calls_alerts_exact WHERE change = 'firing'"),
        is("shop-a"));
    // From the roll-up's row that fired it to the row of the change.
    String firing = " FROM alerts_it.calls_alerts WHERE change = 'firing'";
    long changed = number("SELECT min(toUnixTimestamp64Milli(changed_at))" + firing);
    long written = number("SELECT min(toUnixTimestamp64Milli(inserted_at))" + firing);
    long result =
        number(
            "SELECT min(toUnixTimestamp64Milli(inserted_at)) FROM alerts_it.rate WHERE shop = 'a'"
                + " AND toUnixTimestamp64Milli(window_end) = "
                + changed);
    assertThat(written - result, lessThan(5000L));
  }

  private long number(String sql) {
    return Long.parseLong(stack.clickHouse().query(sql).strip());
  }

  /** Returns the kinds of change that the topic has. */
  private Set<String> changes() {
    return TopicRecords.of(stack.kafka().address(), "alerts").stream()
        .map(record -> message(record.value()).path("change").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonNode message(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checkTopic() {
    Set<String> ids = new TreeSet<>();
    for (var record : TopicRecords.of(stack.kafka().address(), "alerts")) {
      ids.add(message(record.value()).path("id").asText());
      assertThat(new String(record.key(), UTF_8), is("calls/errors/[\"a\"]"));
    }
    assertThat(changes(), is(new TreeSet<>(List.of("pending", "firing", "resolved"))));
    assertThat("ids " + ids, ids.size(), is(3));
  }

  private void checkWebhook() {
    List<JsonNode> alerts = List.copyOf(received);
    assertThat(ended(alerts.get(0)), is(false));
    assertThat(alerts.get(0).path("labels").path("alertname").asText(), is("errors"));
    assertThat(
        alerts.stream().map(alert -> alert.path("labels").toString()).distinct().count(), is(1L));
    assertThat(ended(last(alerts)), is(true));
    long firedAt = Instant.parse(alerts.get(0).path("startsAt").asText()).toEpochMilli();
    // The window's end, the out-of-orderness and the seconds of the promise.
    assertThat(receivedAt.get(0) - firedAt, lessThan(1000L + 5000L));
  }

  private static boolean ended(JsonNode alert) {
    return !Instant.parse(alert.path("endsAt").asText()).isAfter(Instant.now());
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  @Test
  void checkAsksTheTargets() throws Exception {
    List<String> flags = new ArrayList<>(List.of(run()));
    flags.removeIf(flag -> !flag.startsWith("--input") && !flag.startsWith("--output"));
    flags.add("--contract=" + directory.resolve("calls.yaml"));
    flags.add("--alerts=http://127.0.0.1:" + webhook.getAddress().getPort());
    MillraceProcess.Result fine = MillraceCommand.run("check", flags);
    assertThat(fine.out() + fine.err(), fine.exitCode(), is(0));
    webhook.stop(0);
    MillraceProcess.Result down = MillraceCommand.run("check", flags);
    assertThat(down.exitCode(), is(2));
    assertThat(
        Stream.concat(down.out().lines(), down.err().lines()).toList(),
        hasItem(allOf(containsString("alerts to http://127.0.0.1"), containsString("no answer"))));
  }
}
