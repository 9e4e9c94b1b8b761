package io.millrace.local.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * What a {@link FaultProxy} does to a request in place of passing it on. Called by several threads.
 */
@FunctionalInterface
public interface Fault {
  /**
   * Handles a request. What leaves by an exception cuts the connection.
   *
   * @throws IOException if either side of the proxy has gone
   */
  void handle(ProxiedRequest request) throws IOException, InterruptedException;

  /** The server's answer comes, but later. */
  static Fault delayed(Duration delay) {
    return request -> {
      byte[] answer = request.forward();
      Thread.sleep(delay.toMillis());
      request.answerIfAwaited(answer);
    };
  }

  /** The connection is cut, and the server has seen nothing. */
  static Fault cutBefore() {
    return ProxiedRequest::cut;
  }

  /** The connection is cut when the server has half of the body. */
  static Fault cutWithin() {
    return request -> {
      request.forwardHalf(() -> {});
      request.cut();
    };
  }

  /** The connection is cut when the server has answered and the client does not know it. */
  static Fault cutAfter() {
    return request -> {
      byte[] unused = request.forward();
      request.cut();
    };
  }

  /** The server has seen nothing and no answer comes, until the client gives up. */
  static Fault hang() {
    return ProxiedRequest::awaitClientsEnd;
  }

  /** The answer breaks off before its status is said; the server has committed. */
  static Fault halfStatus() {
    return request -> {
      byte[] answer = request.forward();
      request.answerNothing(Arrays.copyOf(answer, "HTTP/1.1 ".length() + 1));
    };
  }

  /** The answer breaks off in its head, its status is known; the server has committed. */
  static Fault halfAnswer() {
    return request -> {
      byte[] answer = request.forward();
      request.answerNothing(Arrays.copyOf(answer, answer.length / 2));
    };
  }

  /** A proxy's own answer; the server has seen nothing. */
  static Fault status(int status) {
    String html = "<html><body><h1>" + status + "</h1>proxy</body></html>";
    return request -> request.answer(HttpMessage.answer(status, "text/html", html).toBytes());
  }

  /** ClickHouse's own refusal, made up where the real one cannot be had; it has seen nothing. */
  static Fault refusal(int code, String name) {
    return request ->
        request.refuse(
            code, "Code: " + code + ". DB::Exception: refused in a test. (" + name + ")\n");
  }

  /** Bytes that are no HTTP; the server has seen nothing. */
  static Fault garbage() {
    return request -> {
      byte[] bytes = new byte[200];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 37);
      }
      request.answerNothing(bytes);
    };
  }

  /** The server gets a setting more. */
  static Fault withParameter(String name, String value) {
    return request -> request.answer(request.withParameter(name, value).forward());
  }

  /** The server gets another password, in whatever header the client sends it. */
  static Fault wrongPassword(String user) {
    return request -> request.answer(request.withPassword(user, "not-the-password").forward());
  }

  /** Something happens when the server has half of the body; then the connection is cut. */
  static Fault within(Runnable happening) {
    return request -> {
      request.forwardHalf(happening);
      request.cut();
    };
  }

  /** Something happens while the server works on the whole request; then the connection is cut. */
  static Fault meanwhile(Runnable happening) {
    return request -> {
      request.forwardWithoutAnswer(happening);
      request.cut();
    };
  }

  /** Something happens before the request is passed on as it is. */
  static Fault before(Runnable happening) {
    return request -> {
      happening.run();
      request.answer(request.forward());
    };
  }
}
