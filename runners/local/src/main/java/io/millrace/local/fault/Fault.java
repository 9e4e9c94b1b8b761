package io.millrace.local.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** Handles a request of a {@link FaultProxy} instead of forwarding it. Thread-safe. */
@FunctionalInterface
public interface Fault {
  /**
   * Handles a request. An exception closes the connection.
   *
   * @throws IOException if client or server closed the connection
   */
  void handle(ProxiedRequest request) throws IOException, InterruptedException;

  /** Delays the response. */
  static Fault delayed(Duration delay) {
    return request -> {
      byte[] answer = request.forward();
      Thread.sleep(delay.toMillis());
      request.answerIfAwaited(answer);
    };
  }

  /** Closes the connection before the server receives the request. */
  static Fault cutBefore() {
    return ProxiedRequest::cut;
  }

  /** Closes the connection after half of the body. */
  static Fault cutWithin() {
    return request -> {
      request.forwardHalf(() -> {});
      request.cut();
    };
  }

  /** Closes the connection after the server's response, without forwarding it. */
  static Fault cutAfter() {
    return request -> {
      byte[] unused = request.forward();
      request.cut();
    };
  }

  /** Neither forwards nor responds until the client times out. */
  static Fault hang() {
    return ProxiedRequest::awaitClientsEnd;
  }

  /** Truncates the response before its status, after the server has committed. */
  static Fault halfStatus() {
    return request -> {
      byte[] answer = request.forward();
      request.answerNothing(Arrays.copyOf(answer, "HTTP/1.1 ".length() + 1));
    };
  }

  /** Truncates the response's header after its status, after the server has committed. */
  static Fault halfAnswer() {
    return request -> {
      byte[] answer = request.forward();
      request.answerNothing(Arrays.copyOf(answer, answer.length / 2));
    };
  }

  /** Responds like a proxy, without forwarding. */
  static Fault status(int status) {
    String html = "<html><body><h1>" + status + "</h1>proxy</body></html>";
    return request -> request.answer(HttpMessage.answer(status, "text/html", html).toBytes());
  }

  /** Responds with a ClickHouse error that a real server cannot be made to send. */
  static Fault refusal(int code, String name) {
    return request ->
        request.refuse(
            code, "Code: " + code + ". DB::Exception: refused in a test. (" + name + ")\n");
  }

  /** Responds with bytes that are not HTTP, without forwarding. */
  static Fault garbage() {
    return request -> {
      byte[] bytes = new byte[200];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 37);
      }
      request.answerNothing(bytes);
    };
  }

  /** Adds a setting to the request. */
  static Fault withParameter(String name, String value) {
    return request -> request.answer(request.withParameter(name, value).forward());
  }

  /** Replaces the password in the client's header. */
  static Fault wrongPassword(String user) {
    return request -> request.answer(request.withPassword(user, "not-the-password").forward());
  }

  /** Runs an action after half of the body, then closes the connection. */
  static Fault within(Runnable happening) {
    return request -> {
      request.forwardHalf(happening);
      request.cut();
    };
  }

  /** Runs an action while the server processes the request, then closes the connection. */
  static Fault meanwhile(Runnable happening) {
    return request -> {
      request.forwardWithoutAnswer(happening);
      request.cut();
    };
  }

  /** Runs an action before forwarding the request unchanged. */
  static Fault before(Runnable happening) {
    return request -> {
      happening.run();
      request.answer(request.forward());
    };
  }
}
