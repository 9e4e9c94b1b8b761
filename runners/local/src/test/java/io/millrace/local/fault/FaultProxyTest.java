package io.millrace.local.fault;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.local.fault.FaultProxy.Injection;
import io.millrace.local.process.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a server that remembers what it was sent. */
class FaultProxyTest {
  private static final String ROWS = "rows ".repeat(2000);

  /** Longer than a busy machine needs for an answer. */
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(Ports.loopback(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
    proxy = FaultProxy.before("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(
        exchange.getRequestURI().getQuery()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + body);
    byte[] answer = "Ok. It is in, all of it.\n".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private HttpResponse<String> insert(String table) throws Exception {
    return insert(table, BodyPublishers.ofString(ROWS));
  }

  private HttpResponse<String> insert(String table, BodyPublisher body) throws Exception {
    return insert(table, body, PATIENT);
  }

  private HttpResponse<String> insert(String table, BodyPublisher body, Duration timeout)
      throws Exception {
    String statement =
        URLEncoder.encode(
            "INSERT INTO `db`.`" + table + "` (`a`) FORMAT RowBinary", StandardCharsets.UTF_8);
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + proxy.address() + "/?query=" + statement))
            .timeout(timeout)
            .header("Authorization", "Basic given")
            .POST(body)
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void passesOnWhatItIsNotToSpoil() throws Exception {
    HttpResponse<String> response = insert("t");
    assertThat(response.statusCode(), is(200));
    assertThat(response.body(), equalTo("Ok. It is in, all of it.\n"));
    assertThat(seen.get(0), containsString(ROWS));
    // The length is not known: in chunks.
    byte[] rows = ROWS.getBytes(StandardCharsets.UTF_8);
    insert("t", BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(rows)));
    assertThat(seen.get(1), equalTo(seen.get(0)));
    assertThat(proxy.inserts("t"), equalTo(new FaultProxy.Inserts(2, 2, 0)));
    assertThat(proxy.refusals(), equalTo(Map.of()));
  }

  @Test
  void spoilsTheChosenTableUntilLifted() throws Exception {
    Injection injection = proxy.inject(FaultProxy.into("bad"), Fault.status(503));
    assertThat(insert("bad").statusCode(), is(503));
    assertThat(insert("good").statusCode(), is(200));
    assertThat(insert("bad").statusCode(), is(503));
    assertThat(injection.liftedNanos(), is(0L));
    injection.lift();
    assertThat(insert("bad").statusCode(), is(200));
    assertThat(injection.hits(), is(2));
    assertThat(injection.tables(), equalTo(Set.of("bad")));
    assertThat(proxy.inserts("bad"), equalTo(new FaultProxy.Inserts(3, 1, 2)));
    assertThat(proxy.refusals(), equalTo(Map.of("HTTP 503", 2L)));
    assertThat(seen.size(), is(2));
    assertThat(
        proxy.firstAcknowledgedAfter(injection.liftedNanos(), Set.of("bad")).isPresent(), is(true));
    assertThat(
        proxy.firstAcknowledgedAfter(injection.liftedNanos(), Set.of("good")).isPresent(),
        is(false));
  }

  @Test
  void spoilsSoManyTimes() throws Exception {
    Injection injection = proxy.inject(FaultProxy.anyInsert(), Fault.status(429), 1);
    assertThat(insert("t").statusCode(), is(429));
    // The fault ends after its answer, so the client may be first.
    await(() -> injection.liftedNanos() != 0);
    assertThat(insert("t").statusCode(), is(200));
  }

  @Test
  void cutsBeforeWithinAndAfter() throws Exception {
    proxy.inject(FaultProxy.anyInsert(), Fault.cutBefore(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(0));
    proxy.inject(FaultProxy.anyInsert(), Fault.cutWithin(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(0));
    proxy.inject(FaultProxy.anyInsert(), Fault.cutAfter(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(1));
    proxy.inject(FaultProxy.anyInsert(), Fault.halfStatus(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(2));
    proxy.inject(FaultProxy.anyInsert(), Fault.halfAnswer(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(3));
    proxy.inject(FaultProxy.anyInsert(), Fault.garbage(), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(3));
    assertThat(proxy.inserts("t"), equalTo(new FaultProxy.Inserts(6, 0, 6)));
    assertThat(proxy.refusals(), equalTo(Map.of("no answer", 6L)));
  }

  @Test
  void answersTooLateOrNever() throws Exception {
    BodyPublisher rows = BodyPublishers.ofString(ROWS);
    Duration impatient = Duration.ofSeconds(3);
    Injection hang = proxy.inject(FaultProxy.anyInsert(), Fault.hang(), 1);
    assertThrows(HttpTimeoutException.class, () -> insert("t", rows, impatient));
    // The client may give up before the proxy has read its request.
    await(() -> hang.liftedNanos() != 0);
    assertThat(seen.size(), is(0));
    proxy.inject(FaultProxy.anyInsert(), Fault.delayed(PATIENT), 1);
    assertThrows(HttpTimeoutException.class, () -> insert("t", rows, impatient));
    await(() -> seen.size() == 1);
    proxy.inject(FaultProxy.anyInsert(), Fault.delayed(Duration.ofMillis(100)), 1);
    assertThat(insert("t").statusCode(), is(200));
  }

  @Test
  void refusesConnectionsAndAcceptsThemAgain() throws Exception {
    assertThat(insert("t").statusCode(), is(200));
    proxy.refuse();
    assertThrows(ConnectException.class, () -> insert("t"));
    proxy.accept();
    assertThat(insert("t").statusCode(), is(200));
  }

  @Test
  void changesWhatTheServerGets() throws Exception {
    proxy.inject(FaultProxy.anyInsert(), Fault.withParameter("readonly", "1"), 1);
    insert("t");
    assertThat(seen.get(0), containsString("&readonly=1 "));
    proxy.inject(FaultProxy.anyInsert(), Fault.wrongPassword("default"), 1);
    insert("t");
    // default:not-the-password
    assertThat(seen.get(1), containsString(" Basic ZGVmYXVsdDpub3QtdGhlLXBhc3N3b3Jk "));
  }

  @Test
  void callsAHookBeforeWithinAndMeanwhile() throws Exception {
    AtomicInteger seenThen = new AtomicInteger(-1);
    proxy.inject(FaultProxy.anyInsert(), Fault.before(() -> seenThen.set(seen.size())), 1);
    assertThat(insert("t").statusCode(), is(200));
    assertThat(seenThen.get(), is(0));
    proxy.inject(FaultProxy.anyInsert(), Fault.within(() -> seenThen.set(seen.size())), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seenThen.get(), is(1));
    // Only this one's body reaches the server whole.
    proxy.inject(FaultProxy.anyInsert(), Fault.meanwhile(() -> await(() -> seen.size() == 2)), 1);
    assertThrows(IOException.class, () -> insert("t"));
    assertThat(seen.size(), is(2));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat("in time", System.nanoTime() - deadline < 0);
      Thread.onSpinWait();
    }
  }

  @Test
  void waitsForTheBodyOfAClientThatAsksFirst() throws Exception {
    String[] address = proxy.address().split(":", 2);
    try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
      socket
          .getOutputStream()
          .write(
              "POST /?x=1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat(line(in), equalTo("HTTP/1.1 100 Continue"));
      socket.getOutputStream().write("rows".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(in), equalTo(""));
      assertThat(line(in), equalTo("HTTP/1.1 200 OK"));
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }
}
