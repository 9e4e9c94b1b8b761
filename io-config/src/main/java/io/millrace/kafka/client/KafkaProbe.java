package io.millrace.kafka.client;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds out why no Kafka broker answers at an address, because Kafka's client mostly reports only a
 * timeout. Probes up to three servers, for at most four seconds each plus DNS. Sends no
 * credentials.
 */
public final class KafkaProbe {
  /** Timeout of an administrative request. */
  public static final int ANSWER_TIMEOUT_MS = 5_000;

  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int MOST_SERVERS = 3;
  private static final int CORRELATION = 0x4d696c6c;
  private static final short API_VERSIONS = 18;
  private static final short SASL_HANDSHAKE = 17;
  private static final short ILLEGAL_SASL_STATE = 34;
  private static final int LARGEST_ANSWER = 1 << 16;
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;

  private KafkaProbe() {}

  /**
   * Describes the problem and the remedy, as the end of a sentence.
   *
   * @param servers comma-separated list of {@code host:port}
   * @param endpoint names the flags in the remedy
   * @param protocol the client's {@code security.protocol}
   * @return null if a broker answers by this protocol as far as can be seen without credentials, so
   *     the cause is another one
   */
  public static @Nullable String explain(String servers, Endpoint endpoint, String protocol) {
    List<String> found = new ArrayList<>();
    for (String server : servers.split(",", -1)) {
      if (found.size() == MOST_SERVERS) {
        break;
      }
      String problem = problem(server, endpoint, protocol);
      if (problem == null) {
        return null;
      }
      if (!found.contains(problem)) {
        found.add(problem);
      }
    }
    return String.join("; ", found);
  }

  private static @Nullable String problem(String server, Endpoint endpoint, String protocol) {
    String flag = endpoint.url();
    boolean tls = protocol.endsWith("SSL");
    boolean sasl = protocol.startsWith("SASL_");
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon);
    InetSocketAddress address =
        new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1)));
    if (address.isUnresolved()) {
      return "the host name `" + host + "` does not resolve: correct " + flag + " or the DNS";
    }
    byte[] answer;
    try {
      answer = ask(address, request(API_VERSIONS, new byte[0]));
    } catch (SocketTimeoutException e) {
      return ("no connection to %s within a second: check that the broker is running, the"
              + " firewall and %s")
          .formatted(server, flag);
    } catch (ConnectException e) {
      return ("connection to %s refused: check that the broker is running and listens"
              + " there, or correct %s")
          .formatted(server, flag);
    } catch (NoRouteToHostException e) {
      return "no route to " + server + ": check the network and " + flag;
    } catch (IOException e) {
      answer = new byte[0];
    }
    if (isKafka(answer)) {
      return tls ? ConnectionProblem.withoutTls(endpoint) : login(address, server, endpoint, sasl);
    }
    if (new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/")) {
      return "an HTTP server answers at " + server + ", not Kafka: correct " + flag;
    }
    if (isTls(answer) || isTls(hello(address))) {
      return tls
          ? null
          : ("%s uses TLS: set security.protocol=%s in %s, or use a PLAINTEXT listener of the broker"
                  + " in %s")
              .formatted(server, sasl ? "SASL_SSL" : "SSL or SASL_SSL", endpoint.config(), flag);
    }
    return ("%s accepts connections but does not answer as a Kafka broker: correct %s, or"
            + " check the broker's log")
        .formatted(server, flag);
  }

  private static @Nullable String login(
      InetSocketAddress address, String server, Endpoint endpoint, boolean sasl) {
    byte[] answer;
    try {
      // Starts no login: a listener without SASL answers ILLEGAL_SASL_STATE.
      answer = ask(address, request(SASL_HANDSHAKE, string("PLAIN")));
    } catch (IOException e) {
      return null;
    }
    boolean asks =
        isKafka(answer)
            && answer.length >= 2 * Integer.BYTES + Short.BYTES
            && ByteBuffer.wrap(answer).getShort(2 * Integer.BYTES) != ILLEGAL_SASL_STATE;
    return asks && !sasl
        ? ("%s requires a login (SASL): set security.protocol=SASL_PLAINTEXT and sasl.* in %s, or"
                + " use a PLAINTEXT listener of the broker in %s")
            .formatted(server, endpoint.config(), endpoint.url())
        : null;
  }

  /** A request of version 0, which every broker supports, with its size. */
  private static byte[] request(short api, byte[] body) {
    byte[] client = string("millrace");
    int size = 2 * Short.BYTES + Integer.BYTES + client.length + body.length;
    return ByteBuffer.allocate(Integer.BYTES + size)
        .putInt(size)
        .putShort(api)
        .putShort((short) 0)
        .putInt(CORRELATION)
        .put(client)
        .put(body)
        .array();
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Short.BYTES + bytes.length)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  private static boolean isKafka(byte[] answer) {
    if (answer.length < 2 * Integer.BYTES) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.wrap(answer);
    int size = bytes.getInt();
    return size >= Integer.BYTES && size <= LARGEST_ANSWER && bytes.getInt() == CORRELATION;
  }

  private static boolean isTls(byte[] answer) {
    return answer.length >= 3
        && (answer[0] == TLS_ALERT || answer[0] == TLS_HANDSHAKE)
        && answer[1] == 3
        && answer[2] <= 4;
  }

  /** The answer to a TLS client hello; empty if there is none. */
  private static byte[] hello(InetSocketAddress address) {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      byte[] bytes = new byte[hello.flip().remaining()];
      hello.get(bytes);
      return ask(address, bytes);
    } catch (SSLException | NoSuchAlgorithmException e) {
      return new byte[0];
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Connects, sends a request and returns the first bytes of the answer; empty after a timeout. */
  private static byte[] ask(InetSocketAddress address, byte[] request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      byte[] answer = new byte[2 * Integer.BYTES + Short.BYTES];
      int count = 0;
      try {
        new DataOutputStream(socket.getOutputStream()).write(request);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int read = 0;
        while (count < answer.length && read >= 0) {
          count += read;
          read = in.read(answer, count, answer.length - count);
        }
      } catch (IOException e) {
        // The bytes read so far are the answer.
      }
      return Arrays.copyOf(answer, count);
    }
  }
}
