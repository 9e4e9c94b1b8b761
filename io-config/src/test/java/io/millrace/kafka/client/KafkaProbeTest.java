package io.millrace.kafka.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.local.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class KafkaProbeTest {
  /** A server that answers each connection's first bytes, and closes it. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket;
    private final Thread thread;

    Server(UnaryOperator<byte[]> answer) throws IOException {
      socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      thread = new Thread(() -> serve(answer));
      thread.start();
    }

    private void serve(UnaryOperator<byte[]> answer) {
      while (!socket.isClosed()) {
        try (Socket client = socket.accept()) {
          byte[] request = new byte[1024];
          int count = client.getInputStream().read(request);
          client.getOutputStream().write(answer.apply(count < 0 ? new byte[0] : request));
        } catch (IOException e) {
          // The client has gone, or the test ends
        }
      }
    }

    String address() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String explain(UnaryOperator<byte[]> answer) throws Exception {
    try (Server server = new Server(answer)) {
      return KafkaProbe.explain(server.address(), Endpoint.INPUT, "PLAINTEXT");
    }
  }

  /** A broker's answer: its size, the request's number and an error code. */
  private static byte[] kafka(byte[] request, int error) {
    int correlation = ByteBuffer.wrap(request).getInt(8);
    return ByteBuffer.allocate(10).putInt(6).putInt(correlation).putShort((short) error).array();
  }

  @Test
  void tellsWhatAnswersInPlaceOfABrokerWithoutTls() throws Exception {
    byte[] alert = {0x15, 3, 3, 0, 2, 2, 0x50};
    assertThat(explain(request -> alert), containsString("uses TLS"));
    // Some close the connection without a word unless it begins with TLS
    assertThat(
        explain(request -> request[0] == 0x16 ? new byte[] {0x16, 3, 3, 0, 1} : new byte[0]),
        containsString("uses TLS"));
    assertThat(
        explain(request -> "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(ISO_8859_1)),
        containsString("an HTTP server answers at"));
    assertThat(
        explain(request -> new byte[0]), containsString("does not answer as a Kafka broker"));
    assertThat(
        explain(request -> "220 mail.example.org ESMTP\r\n".getBytes(ISO_8859_1)),
        containsString("does not answer as a Kafka broker"));
  }

  @Test
  void tellsThatABrokerAsksForALogin() throws Exception {
    // 34: there is no login to be made
    assertThat(explain(request -> kafka(request, 34)), is(nullValue()));
    assertThat(explain(request -> kafka(request, 33)), containsString("requires a login (SASL)"));
  }

  @Test
  void tellsARefusedConnectionFromANameThatDoesNotResolve() throws Exception {
    String closed = "127.0.0.1:" + Ports.free(Ports.Range.KAFKA);
    assertThat(
        KafkaProbe.explain(closed, Endpoint.INPUT, "PLAINTEXT"),
        containsString("connection to " + closed + " refused"));
    assertThat(
        KafkaProbe.explain("no-such-host.invalid:9092", Endpoint.DEAD_LETTERS, "PLAINTEXT"),
        containsString(
            "the host name `no-such-host.invalid` does not resolve: correct --deadLetters"));
  }
}
