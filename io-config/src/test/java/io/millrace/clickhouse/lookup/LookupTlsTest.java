package io.millrace.clickhouse.lookup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.fixtures.TestCertificates;
import io.millrace.lookup.Lookups;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources over TLS, whose certificate only the contract's file makes trusted. */
class LookupTlsTest {
  @TempDir private static Path directory;
  private static TestCertificates other;
  private static HttpsServer server;

  @BeforeAll
  static void start() throws Exception {
    TestCertificates known = new TestCertificates("known", directory);
    other = new TestCertificates("other", Files.createDirectory(directory.resolve("other")));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(known.server("server", "ip:127.0.0.1", "-1d")));
    server.createContext(
        "/",
        exchange -> {
          byte[] rows = "{\"id\":\"u1\",\"country\":\"DE\"}\n".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, rows.length);
          exchange.getResponseBody().write(rows);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static List<String> problems(String from, String more) throws Exception {
    Path file = directory.resolve("c.yaml");
    Files.writeString(
        file,
        """
        contract: c
        fields: {at: {type: timestamp, required: true}, id: {type: string}}
        event_time: {field: at}
        identity: [at]
        lookups:
          users: {from: '%s', key: id, columns: [country]%s}
        """
            .formatted(from.replace("HOST", "127.0.0.1:" + server.getAddress().getPort()), more));
    Contract contract = ContractLoader.load(file);
    return Lookups.check(contract);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://HOST/users.jsonl", "clickhouse://HOST/default/users?tls=true"})
  void onlyTheCertificatesOfTheFileAreTrusted(String from) throws Exception {
    assertThat(problems(from, ", ca: ca.pem"), empty());
    assertThat(
        problems(from, ""),
        contains(allOf(containsString("no TLS connection ("), containsString("); check `ca`"))));
    assertThat(
        problems(from, ", ca: " + directory.relativize(other.authority())),
        contains(containsString("no TLS connection (")));
  }
}
