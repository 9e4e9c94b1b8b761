package io.millrace.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.pipeline.WrongUseException;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries over TLS, with secrets by reference. */
class ClickHouseQueriesTest {
  private static final String SECRET = "changeit";
  private static final String USER = "jö";
  private static final String PASSWORD = "pässwörd\twith:all";

  @TempDir private static Path directory;
  private static HttpsServer server;
  private static ClickHouseConfig config;

  /** A server that names its user in every answer: to a question, or when it refuses one. */
  @BeforeAll
  static void startServer() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=s", "-ext", "san=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", "ca.pem");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity()));
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    server.createContext(
        "/",
        exchange -> {
          String question =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean right =
              expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                  && question.equals("SELECT 7");
          byte[] answer =
              (right ? "7\n" : "Code: 497. " + USER + ": not enough rights")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(right ? 200 : 500, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    Path user = Files.writeString(directory.resolve("user"), USER);
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    config =
        ClickHouseConfig.of("https://127.0.0.1:" + server.getAddress().getPort(), "db")
            .withUser(UserName.parse("file:" + user), SecretReference.parse("file:" + password))
            .withCaFile(directory.resolve("ca.pem").toString());
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.stop(0);
    }
  }

  private static void keytool(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Collections.addAll(command, args);
    Collections.addAll(
        command, "-alias", "s", "-keystore", "s.p12", "-storetype", "PKCS12", "-storepass", SECRET);
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said, process.waitFor(), equalTo(0));
  }

  private static SSLContext identity() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("s.p12"))) {
      keys.load(in, SECRET.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SECRET.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void asksWithUserAndPasswordOfAnyCharacters() {
    assertThat(new ClickHouseQueries(config).number("SELECT 7"), equalTo(7L));
  }

  @Test
  void neverNamesAUserThatCameFromAReference() {
    WrongUseException e =
        assertThrows(
            WrongUseException.class, () -> new ClickHouseQueries(config).number("SELECT 8"));
    assertThat(e.getMessage(), containsString("rejected a query: Code: 497. file:"));
    assertThat(e.getMessage(), not(containsString(USER)));
  }

  @Test
  void trustsNobodyElse() {
    WrongUseException e =
        assertThrows(
            WrongUseException.class,
            () -> new ClickHouseQueries(config.withCaFile(null)).number("SELECT 7"));
    assertThat(e.getMessage(), containsString("is not trusted; add its issuer's"));
  }
}
