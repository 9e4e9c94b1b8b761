package io.millrace.local.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request from a client to ClickHouse, handled by a {@link Fault}. Used only by its connection's
 * thread.
 */
public record ProxiedRequest(
    HttpMessage message, InetSocketAddress server, Socket client, Outcome outcome) {
  private static final Pattern INSERT =
      Pattern.compile(
          "^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?(?:`[^`]+`\\.|\\w+\\.)?(?:`([^`]+)`|(\\w+))",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CODE = Pattern.compile("^Code: (\\d+)");
  private static final int STATEMENT_BYTES = 4096;

  /** The outcome of a request, reported once and before the client receives it. */
  static final class Outcome {
    private final BiConsumer<Boolean, String> report;
    private String said = "";
    private boolean reported;

    /**
     * @param report receives whether the client gets a success, and the error code or status
     *     otherwise; empty without a response
     */
    Outcome(BiConsumer<Boolean, String> report) {
      this.report = report;
    }

    void report(int status) {
      if (!reported) {
        reported = true;
        boolean well = status == 200;
        report.accept(well, status == 0 || well || !said.isEmpty() ? said : "HTTP " + status);
      }
    }
  }

  /** The INSERT's table without its database; empty for other statements. */
  public Optional<String> insertsInto() {
    return insertsInto(message);
  }

  static Optional<String> insertsInto(HttpMessage message) {
    // The driver sends the statement in the URL, other clients in the body before the rows.
    String statement =
        message
            .parameter("query")
            .orElseGet(
                () ->
                    new String(
                        message.body(),
                        0,
                        Math.min(STATEMENT_BYTES, message.body().length),
                        StandardCharsets.ISO_8859_1));
    Matcher insert = INSERT.matcher(statement);
    if (!insert.find()) {
      return Optional.empty();
    }
    return Optional.of(insert.group(1) != null ? insert.group(1) : insert.group(2));
  }

  ProxiedRequest withParameter(String name, String value) {
    return new ProxiedRequest(message.withParameter(name, value), server, client, outcome);
  }

  ProxiedRequest withPassword(String user, String password) {
    if (message.header("X-ClickHouse-Key").isPresent()) {
      return new ProxiedRequest(
          message.withHeader("X-ClickHouse-Key", password), server, client, outcome);
    }
    String pair = user + ":" + password;
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return new ProxiedRequest(
        message.withHeader("Authorization", "Basic " + basic), server, client, outcome);
  }

  /** Forwards the request and returns the server's complete response, as on the wire. */
  byte[] forward() throws IOException {
    try (Socket upstream = connect()) {
      upstream.getOutputStream().write(message.toBytes());
      upstream.getOutputStream().flush();
      HttpMessage answer =
          HttpMessage.readAnswer(new BufferedInputStream(upstream.getInputStream()));
      outcome.said = answer.status() == 200 ? "" : errorOf(answer);
      return answer.toBytes();
    }
  }

  /** Forwards the header and half of the body, then runs an action. */
  void forwardHalf(Runnable happening) throws IOException {
    forward(message.toBytes().length - message.body().length / 2, happening);
  }

  /** Forwards the request without waiting for the response, then runs an action. */
  void forwardWithoutAnswer(Runnable happening) throws IOException {
    forward(message.toBytes().length, happening);
  }

  private void forward(int bytes, Runnable happening) throws IOException {
    try (Socket upstream = connect()) {
      OutputStream out = upstream.getOutputStream();
      out.write(message.toBytes(), 0, bytes);
      out.flush();
      happening.run();
    }
  }

  /** Sends a response to the client. */
  void answer(byte[] bytes) throws IOException {
    String status = new String(bytes, "HTTP/1.1 ".length(), 3, StandardCharsets.ISO_8859_1);
    outcome.report(Integer.parseInt(status));
    write(bytes);
  }

  /** Responds like ClickHouse to a rejected INSERT. */
  void refuse(int code, String text) throws IOException {
    outcome.said = "code " + code;
    answer(
        HttpMessage.answer(500, "text/plain; charset=UTF-8", text)
            .withHeader("X-ClickHouse-Exception-Code", Integer.toString(code))
            .toBytes());
  }

  /** Sends bytes that are not a complete response, and closes the connection. */
  void answerNothing(byte[] bytes) throws IOException {
    outcome.report(0);
    write(bytes);
    cut();
  }

  private void write(byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
    client.getOutputStream().flush();
  }

  /** Sends a response, unless the client has closed the connection. */
  void answerIfAwaited(byte[] bytes) throws IOException {
    client.setSoTimeout(1);
    try {
      if (client.getInputStream().read() < 0) {
        cut();
      }
    } catch (SocketTimeoutException e) {
      // The client still waits.
      client.setSoTimeout(0);
      answer(bytes);
    }
  }

  /** Closes the connection to the client. */
  void cut() throws IOException {
    outcome.report(0);
    client.close();
  }

  /** Waits until the client closes the connection. */
  void awaitClientsEnd() throws IOException {
    while (client.getInputStream().read() >= 0) {
      // Ignores further requests.
    }
    cut();
  }

  private Socket connect() throws IOException {
    Socket upstream = new Socket();
    upstream.connect(server);
    return upstream;
  }

  private static String errorOf(HttpMessage answer) {
    Optional<String> code = answer.header("X-ClickHouse-Exception-Code");
    if (code.isPresent()) {
      return "code " + code.get();
    }
    Matcher inBody = CODE.matcher(new String(answer.body(), StandardCharsets.UTF_8));
    return inBody.find() ? "code " + inBody.group(1) : "HTTP " + answer.status();
  }
}
