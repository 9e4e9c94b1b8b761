package io.millrace.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Reads versions of secrets from Google's Secret Manager, by one request over REST each, as the
 * account that the environment gives (on Dataflow: the workers' service account). Keeps nothing.
 */
final class SecretManager {
  private static final URI GOOGLE = URI.create("https://secretmanager.googleapis.com");
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** The last part is a number, `latest` or an alias. */
  private static final Pattern NAME =
      Pattern.compile(
          "projects/[a-z0-9.:-]{1,100}/secrets/[A-Za-z0-9_-]{1,255}/versions/[A-Za-z0-9_-]{1,63}");

  private final URI endpoint;
  private final Tokens tokens;

  private SecretManager(URI endpoint, Tokens tokens) {
    this.endpoint = endpoint;
    this.tokens = tokens;
  }

  /** Google's own. */
  static SecretManager google() {
    return new SecretManager(GOOGLE, SecretManager::token);
  }

  /** Another that speaks like it. */
  static SecretManager at(URI endpoint, Tokens tokens) {
    return new SecretManager(endpoint, tokens);
  }

  /** Gives the token that a request is sent with. */
  interface Tokens {
    String token() throws IOException;
  }

  /** Why a secret cannot be read, in one line that names neither it nor its value. */
  static final class NotReadable extends Exception {
    private static final long serialVersionUID = 1L;

    private NotReadable(String message) {
      super(message);
    }
  }

  /** Whether a text is the full name of a secret's version. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** What a version of a secret holds. */
  String read(String name) throws NotReadable {
    HttpResponse<byte[]> answer = ask(name, authorization());
    if (answer.statusCode() != 200) {
      throw new NotReadable(meaning(answer.statusCode()));
    }
    JsonNode payload;
    byte[] secret;
    try {
      payload = new ObjectMapper().readTree(answer.body()).path("payload");
      secret = Base64.getDecoder().decode(payload.path("data").asText());
    } catch (IOException | IllegalArgumentException e) {
      // Neither is repeated as a cause: both quote what they could not read.
      throw new NotReadable("Secret Manager's answer cannot be understood");
    }
    JsonNode sum = payload.get("dataCrc32c");
    if (!payload.has("data") || (sum != null && sum.asLong() != crc32c(secret))) {
      throw new NotReadable("Secret Manager's answer came damaged");
    }
    return new String(secret, StandardCharsets.UTF_8);
  }

  private String authorization() throws NotReadable {
    try {
      return "Bearer " + tokens.token();
    } catch (IOException e) {
      throw new NotReadable(
          "there are no Google credentials here ("
              + e.getClass().getSimpleName()
              + "); run `gcloud auth application-default login`, or give the machine a service"
              + " account");
    }
  }

  private HttpResponse<byte[]> ask(String name, String authorization) throws NotReadable {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/v1/" + name + ":access"))
            .timeout(TIMEOUT)
            .header("Authorization", authorization)
            .build();
    try {
      return HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .build()
          .send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new NotReadable(
          "Secret Manager cannot be reached (" + e.getClass().getSimpleName() + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotReadable("interrupted");
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case 400 -> "its version is disabled, destroyed or not valid";
      case 401, 403 ->
          "this account may not read it; grant it roles/secretmanager.secretAccessor on the secret";
      case 404 -> "there is no such secret or version";
      default -> "Secret Manager answered with HTTP status " + status;
    };
  }

  private static long crc32c(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  private static String token() throws IOException {
    GoogleCredentials credentials =
        GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
    credentials.refreshIfExpired();
    return credentials.getAccessToken().getTokenValue();
  }
}
