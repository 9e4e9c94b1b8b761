package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.io.ReadTuning;
import io.millrace.io.SourceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server that answers as the service does. */
class PubsubPreflightTest {
  private static final PubsubAddress ADDRESS = PubsubAddress.parse("pubsub://my-project/events");
  private static final String CONSUMES = "{\"permissions\":[\"pubsub.subscriptions.consume\"]}";

  private HttpServer server;
  private volatile int status = 200;
  private volatile String subscription = "{\"topic\":\"projects/my-project/topics/events\"}";
  private volatile String rights = CONSUMES;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    boolean forRights = exchange.getRequestURI().toString().endsWith(":testIamPermissions");
    byte[] body = (forRights ? rights : subscription).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private List<String> check() {
    return new PubsubPreflight(
            ADDRESS, "http://127.0.0.1:" + server.getAddress().getPort(), () -> "token-1")
        .check();
  }

  @Test
  void asksAsTheUserWhetherItMayRead() {
    assertThat(check(), empty());
    String path = "/v1/projects/my-project/subscriptions/events";
    assertThat(
        asked, contains(path + " Bearer token-1", path + ":testIamPermissions Bearer token-1"));
  }

  @Test
  void tellsThatTheRightToReadIsMissing() {
    rights = "{}";
    assertThat(check(), contains(containsString("grant roles/pubsub.subscriber on it")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | run `gcloud auth application-default login` again",
        "403 | grant roles/pubsub.viewer and roles/pubsub.subscriber",
        "404 | gcloud pubsub subscriptions create events --project=my-project --topic=TOPIC",
        "500 | answers 500 for projects/my-project/subscriptions/events: it broke down",
      })
  void saysWhatToDoWhenItIsRefused(int refused, String expected) {
    status = refused;
    subscription = "{\"error\":{\"message\":\"it broke\\ndown\"}}";
    List<String> problems = check();
    assertThat(problems, contains(containsString(expected)));
    assertThat(problems.get(0).lines().count(), equalTo(1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"pushConfig\":{\"pushEndpoint\":\"https://a\"}} | pushes its messages to an endpoint",
        "{\"bigqueryConfig\":{}} | exports its messages",
        "{\"topic\":\"_deleted-topic_\"} | has lost its topic",
        "{\"detached\":true} | has lost its topic",
      })
  void knowsSubscriptionsThatHandOverNothing(String found, String expected) {
    subscription = found;
    assertThat(check(), contains(containsString(expected)));
  }

  @Test
  void withoutCredentialsThereIsOneLine() {
    List<String> problems =
        new PubsubPreflight(
                ADDRESS,
                "http://127.0.0.1:1",
                () -> {
                  throw new IOException("no credentials\nanywhere");
                })
            .check();
    assertThat(problems, contains(containsString("gcloud auth application-default login")));
    assertThat(asked, empty());
  }

  @Test
  void tellsThatNoEmulatorAnswers() {
    PubsubAddress address =
        ADDRESS.with(new PubsubReadConfig(null, null, PubsubEmulator.parse("127.0.0.1:1")));
    assertThat(
        PubsubPreflight.of(address).check(),
        contains(containsString("no Pub/Sub emulator answers at 127.0.0.1:1")));
  }

  @Test
  void nobodyKnowsHowManyMessagesWait() {
    SourceException e =
        assertThrows(
            SourceException.class, () -> new PubsubSource(ADDRESS, ReadTuning.NONE).catchUp());
    assertThat(e.getMessage(), containsString("leave out --untilCaughtUp"));
  }
}
