package io.millrace.decode.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose certificate only the contract's file makes trusted. */
class RegistryTlsTest {
  private static final String PASSWORD = "password";

  @TempDir private Path directory;

  private void keytool(String... arguments) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(tool.toString(), "-keystore", "key.p12", "-storepass", PASSWORD),
                        List.of(arguments).stream())
                    .toList())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private HttpsServer server() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("key.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"schema\":\"one\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void onlyTheCertificatesOfTheFileAreTrusted() throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=registry",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-validity",
        "30");
    keytool("-exportcert", "-rfc", "-alias", "a", "-file", "ca.pem");
    String pem = SchemaRegistry.certificates(Files.readAllBytes(directory.resolve("ca.pem")));
    HttpsServer server = server();
    try {
      String url = "https://127.0.0.1:" + server.getAddress().getPort();
      assertEquals(
          "one", SchemaRegistry.open(Map.of("registry", url, "registry_ca", pem)).find(1).text());

      CompletableFuture<String> untrusted = new CompletableFuture<>();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  untrusted.complete(SchemaRegistry.open(Map.of("registry", url)).find(1).text());
                } catch (Exception e) {
                  untrusted.completeExceptionally(e);
                }
              });
      waiting.start();
      assertThrows(TimeoutException.class, () -> untrusted.get(1500, TimeUnit.MILLISECONDS));
      waiting.interrupt();
      waiting.join(60_000);
      assertThat(untrusted.isCompletedExceptionally(), is(true));
    } finally {
      server.stop(0);
    }
  }
}
