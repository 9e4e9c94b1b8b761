package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.sun.net.httpserver.HttpServer;
import io.millrace.io.InFlight;
import io.millrace.io.InFlightLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient.IncomingMessage;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient.SubscriptionPath;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubJsonClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackpressuredPubsubClientTest {
  private static final SubscriptionPath PATH =
      PubsubClient.subscriptionPathFromName("my-project", "events");
  private static final String MESSAGE =
      "{\"receivedMessages\":[{\"ackId\":\"a\",\"message\":{\"data\":\"eA==\",\"messageId\":\"17\","
          + "\"publishTime\":\"2026-03-01T00:00:00Z\",\"attributes\":{\"id\":\"x\"}}}]}";

  private volatile String answer = MESSAGE;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong now = new AtomicLong(5);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              new String(
                  // Beam's client compresses what it asks.
                  new GZIPInputStream(exchange.getRequestBody()).readAllBytes(),
                  StandardCharsets.UTF_8));
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private PubsubClient client(String idAttribute, InFlightLimit limit) throws IOException {
    PubsubEmulator emulator = PubsubEmulator.parse("127.0.0.1:" + server.getAddress().getPort());
    return new BackpressuredPubsubClient(
        PubsubJsonClient.FACTORY.newClient(null, null, emulator.options()),
        null,
        idAttribute,
        limit,
        now::get);
  }

  private static List<IncomingMessage> pull(PubsubClient client) throws IOException {
    return client.pull(1, PATH, 1000, true);
  }

  @Test
  void keepsTheMessageIdBesideTheIdAttribute() throws IOException {
    IncomingMessage message = pull(client("id", InFlightLimit.NONE)).get(0);
    assertThat(message.recordId(), equalTo("x"));
    assertThat(
        message.message().getAttributesOrThrow(BackpressuredPubsubClient.MESSAGE_ID),
        equalTo("17"));
    assertThat(pull(client("other", InFlightLimit.NONE)).get(0).recordId(), equalTo("17"));
  }

  /** Flink asks the readers of a subtask in turn, also those without messages. */
  @Test
  void restsAfterAnEmptyAnswerWithoutWaiting() throws IOException {
    PubsubClient client = client(null, InFlightLimit.NONE);
    answer = "{}";
    for (int empty = 1; empty < 9; empty++) {
      assertThat(pull(client), empty());
      assertThat(asked, hasSize(empty));
      long rest =
          Math.min(
              BackpressuredPubsubClient.REST_NANOS << (empty - 1),
              BackpressuredPubsubClient.LONGEST_REST_NANOS);
      now.addAndGet(rest - 1);
      assertThat(pull(client), empty());
      assertThat("it is not asked", asked, hasSize(empty));
      now.addAndGet(1);
    }
    answer = MESSAGE;
    assertThat(pull(client), hasSize(1));
    assertThat(pull(client), hasSize(1));
    answer = "{}";
    assertThat(pull(client), empty());
    answer = MESSAGE;
    now.addAndGet(BackpressuredPubsubClient.REST_NANOS);
    assertThat("a short rest again", pull(client), hasSize(1));
  }

  /** But for the sign of life without which the reader's watermark would go to the clock. */
  @Test
  void pullsNothingWhileTooMuchIsInFlight() throws IOException {
    PubsubClient client = client(null, new InFlightLimit("steady", 10));
    assertThat(pull(client), hasSize(1));
    try (InFlight few = InFlight.publish("steady", () -> 5)) {
      assertThat(few.getInFlight(), equalTo(5L));
      assertThat(pull(client), hasSize(1));
    }
    try (InFlight many = InFlight.publish("steady", () -> 11)) {
      assertThat(pull(client), empty());
      now.addAndGet(BackpressuredPubsubClient.LONGEST_SILENCE_NANOS - 1);
      assertThat(pull(client), empty());
      now.addAndGet(1);
      assertThat(pull(client), hasSize(1));
      assertThat(pull(client), empty());
      many.stopReading();
      now.addAndGet(2 * BackpressuredPubsubClient.LONGEST_SILENCE_NANOS);
      assertThat("the run ends", pull(client), empty());
    }
    assertThat(
        asked.stream().map(body -> body.replaceAll(".*\"maxMessages\":(\\d+).*", "$1")).toList(),
        contains("100", "100", "1"));
  }
}
