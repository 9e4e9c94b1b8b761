package io.millrace.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secret Manager's REST interface, as far as it is used, on a port of this machine. */
class SecretManagerTest {
  private static final String NAME = "projects/my-project/secrets/password/versions/latest";
  private static final SecretReference REFERENCE = SecretReference.parse("gcp-secret:" + NAME);
  private static final String SECRET = "pässw0rd-s3cret";

  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private SecretManager secretManager;
  private int status = 200;
  private String body = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    secretManager = new SecretManager(endpoint, () -> "token-1");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String payload(String secret, long sumError) {
    byte[] bytes = secret.getBytes(UTF_8);
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return "{\"name\":\"projects/1/secrets/password/versions/7\",\"payload\":{\"data\":\""
        + Base64.getEncoder().encodeToString(bytes)
        + "\",\"dataCrc32c\":\""
        + (sum.getValue() + sumError)
        + "\"}}";
  }

  private String refusal() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> REFERENCE.resolve(secretManager));
    StringWriter all = new StringWriter();
    e.printStackTrace(new PrintWriter(all));
    assertThat(all.toString(), not(containsString(SECRET)));
    assertThat(all.toString(), not(containsString("token-1")));
    assertThat(e.getMessage().lines().count(), is(1L));
    return e.getMessage();
  }

  @Test
  void readsAVersionWithItsTokenAndWithoutItsLastLineEnd() {
    body = payload(SECRET + "\n", 0);
    assertThat(REFERENCE.resolve(secretManager), is(SECRET));
    assertThat(asked, is(List.of("/v1/" + NAME + ":access Bearer token-1")));
  }

  @Test
  void readsItAnewEachTime() {
    body = payload("old", 0);
    assertThat(REFERENCE.resolve(secretManager), is("old"));
    body = payload("new", 0);
    assertThat(REFERENCE.resolve(secretManager), is("new"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, disabled",
    "401, roles/secretmanager.secretAccessor",
    "403, roles/secretmanager.secretAccessor",
    "404, the secret or version does not exist",
    "503, HTTP status 503"
  })
  void saysWhyItIsNotGiven(int code, String why) {
    status = code;
    body = payload(SECRET, 0);
    assertThat(refusal(), containsString("secret gcp-secret:" + NAME + ": "));
    assertThat(refusal(), containsString(why));
  }

  @Test
  void refusesAnAnswerThatCameDamaged() {
    body = payload(SECRET, 1);
    assertThat(refusal(), containsString("with a wrong checksum"));
    body = "{}";
    assertThat(refusal(), containsString("with a wrong checksum"));
    body = "{\"payload\": {\"data\": \"" + SECRET;
    assertThat(refusal(), containsString("not valid JSON with base64 data"));
    body = "{\"payload\": {\"data\": \"" + SECRET + "\"}}";
    assertThat(refusal(), containsString("not valid JSON with base64 data"));
  }

  @Test
  void saysThatThereAreNoCredentials() {
    secretManager =
        new SecretManager(
            URI.create("http://127.0.0.1:1"),
            () -> {
              throw new IOException("token-1");
            });
    assertThat(refusal(), containsString("no Google credentials found"));
  }

  @Test
  void saysThatNobodyAnswers() {
    server.stop(0);
    assertThat(refusal(), containsString("cannot connect to Secret Manager"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "projects/p/secrets/s",
        "projects/p/secrets/s/versions/",
        "projects/p/secrets/s/versions/1/",
        "projects/p/secrets/s/versions/1?x",
        "projects/p/secrets/../versions/1",
        "/projects/p/secrets/s/versions/1"
      })
  void isNoName(String name) {
    assertThat(SecretManager.isName(name), is(false));
    assertThrows(IllegalArgumentException.class, () -> SecretReference.parse("gcp-secret:" + name));
  }

  @Test
  void aUsersNameMayBeSuchAReference() {
    UserName user = UserName.parse("gcp-secret:" + NAME);
    assertThat(user.isReference(), is(true));
    assertThat(user.toString(), is("gcp-secret:" + NAME));
  }
}
