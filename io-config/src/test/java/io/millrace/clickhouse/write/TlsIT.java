package io.millrace.clickhouse.write;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestCertificates;
import io.millrace.fixtures.TestEvents;
import io.millrace.fixtures.TlsProxy;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The real engine behind TLS, with certificates of every kind of fault. */
@ExtendWith(LocalClickHouseExtension.class)
class TlsIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final ClickHouseTable TABLE = ClickHouseTable.of(CONTRACT).get(0);

  @TempDir private static Path directory;
  private static Path trusted;
  private static Path strange;
  private static Path sameName;
  private static SSLContext good;
  private static SSLContext wrongHost;
  private static SSLContext expired;
  private static SSLContext early;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestCertificates known =
        new TestCertificates("known", Files.createDirectory(directory.resolve("a")));
    trusted = known.authority();
    good = known.server("good", "ip:127.0.0.1", "-1d");
    wrongHost = known.server("wrong-host", "dns:other.example", "-1d");
    expired = known.server("expired", "ip:127.0.0.1", "-9d");
    early = known.server("early", "ip:127.0.0.1", "+9d");
    strange =
        new TestCertificates("strange", Files.createDirectory(directory.resolve("b"))).authority();
    sameName =
        new TestCertificates("known", Files.createDirectory(directory.resolve("c"))).authority();
  }

  private static ClickHouseConfig config(TlsProxy proxy, String database, @Nullable Path caFile) {
    return ClickHouseConfig.of(proxy.endpoint(), database)
        .withCaFile(caFile == null ? null : caFile.toString());
  }

  private static ClickHouseSink sink(ClickHouseConfig config) {
    return ClickHouseSink.of(
        config, CONTRACT, DeadLetterFactory.of(CONTRACT, "t", Clock.system()), Clock.system());
  }

  private static Batch batch() throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    Event event = TestEvents.withText(10).event(1);
    builder.add(
        event.values(),
        TableRowWriter.of(CONTRACT.tables().normal()),
        event.eventTimeMillis(),
        event.origin());
    return Batch.of(List.of(builder.build()));
  }

  private static List<String> problems(
      LocalClickHouse server, SSLContext identity, @Nullable Path caFile) throws Exception {
    try (TlsProxy proxy = new TlsProxy(server.address(), identity)) {
      List<String> problems = sink(config(proxy, "tls_checked", caFile)).check();
      assertThat(problems.toString(), not(containsString("\n")));
      return problems;
    }
  }

  @Test
  void writesToAServerThatIsTrusted(LocalClickHouse server) throws Exception {
    try (TlsProxy proxy = new TlsProxy(server.address(), good)) {
      ClickHouseConfig config = config(proxy, "tls", trusted);
      sink(config).prepare();
      assertThat(sink(config).check(), is(empty()));
      try (InsertClient client = new HttpInsertClient(config)) {
        client.insert(TABLE, batch());
      }
      assertThat(server.query("SELECT count() FROM tls.sink_output"), is("1\n"));
    }
  }

  @Test
  void severalAuthoritiesInOneFile(LocalClickHouse server) throws Exception {
    Path both = directory.resolve("both.pem");
    Files.writeString(both, Files.readString(strange) + "\n" + Files.readString(trusted));
    assertThat(problems(server, good, both), is(empty()));
  }

  @Test
  void aCertificateThatIsNotTrusted(LocalClickHouse server) throws Exception {
    assertThat(
        problems(server, good, null),
        contains(containsString("is not trusted; add its issuer's certificate")));
    assertThat(
        problems(server, good, strange),
        contains(
            allOf(
                containsString("ClickHouse at https://127.0.0.1:"),
                containsString("is not trusted: its issuer is not in " + strange))));
    assertThat(problems(server, good, sameName), contains(containsString("is not trusted: ")));
  }

  @Test
  void aCertificateForAnotherHost(LocalClickHouse server) throws Exception {
    assertThat(
        problems(server, wrongHost, trusted),
        contains(containsString("is for another host name than 127.0.0.1; use a host name")));
  }

  @Test
  void aCertificateOutOfItsTime(LocalClickHouse server) throws Exception {
    assertThat(
        problems(server, expired, trusted), contains(containsString("has expired (NotAfter: ")));
    assertThat(
        problems(server, early, trusted),
        contains(containsString("is not valid yet (NotBefore: ")));
  }

  @Test
  void aServerWithoutTls(LocalClickHouse server) throws Exception {
    ClickHouseConfig silent =
        ClickHouseConfig.of(server.address().replace("http:", "https:"), "tls_none");
    assertThat(sink(silent).check(), contains(containsString("and is it HTTPS?")));
    try (ServerSocket refusing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answer =
          new Thread(
              () -> {
                try (Socket client = refusing.accept()) {
                  client
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                  client.getOutputStream().flush();
                  client.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The assertion below tells.
                }
              });
      answer.start();
      ClickHouseConfig config =
          ClickHouseConfig.of("https://127.0.0.1:" + refusing.getLocalPort(), "tls_none");
      assertThat(
          sink(config).check(),
          contains(containsString("does not use TLS on this port;" + " remove ?tls=true")));
      answer.join();
    }
  }

  @Test
  void tlsWhereNoneIsAskedFor(LocalClickHouse server) throws Exception {
    try (TlsProxy proxy = new TlsProxy(server.address(), good)) {
      ClickHouseConfig config =
          ClickHouseConfig.of(proxy.endpoint().replace("https:", "http:"), "tls_none");
      assertThat(sink(config).check(), contains(containsString("or ?tls=true if it is HTTPS")));
    }
  }

  @Test
  void rowsWaitUntilTheCertificateIsMended(LocalClickHouse server) throws Exception {
    try (TlsProxy proxy = new TlsProxy(server.address(), good)) {
      Path caFile = directory.resolve("changing.pem");
      Files.copy(trusted, caFile);
      ClickHouseConfig config = config(proxy, "tls_waits", caFile);
      sink(config).prepare();
      List<Runnable> faults =
          List.of(
              () -> proxy.identity(wrongHost),
              () -> proxy.identity(expired),
              () -> {
                proxy.identity(good);
                replace(strange, caFile);
              });
      for (Runnable fault : faults) {
        fault.run();
        try (InsertClient client = new HttpInsertClient(config)) {
          RuntimeException e =
              assertThrows(RuntimeException.class, () -> client.insert(TABLE, batch()));
          assertThat(ClickHouseErrors.understand(e).kind(), is(ClickHouseErrors.Kind.WAIT));
          // A client that is open sees what has been mended, be it the server or the file.
          proxy.identity(good);
          replace(trusted, caFile);
          client.insert(TABLE, batch());
        }
      }
      assertThat(server.query("SELECT count() FROM tls_waits.sink_output"), is("1\n"));
    }
  }

  private static void replace(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
