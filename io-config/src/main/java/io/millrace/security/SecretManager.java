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
 * Reads secret versions from Google Secret Manager over REST, with the credentials of the
 * environment (on Dataflow, the workers' service account). Caches nothing.
 */
record SecretManager(URI endpoint, Tokens tokens) {
  private static final URI GOOGLE = URI.create("https://secretmanager.googleapis.com");
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** The version is a number, {@code latest} or an alias. */
  private static final Pattern NAME =
      Pattern.compile(
          "projects/[a-z0-9.:-]{1,100}/secrets/[A-Za-z0-9_-]{1,255}/versions/[A-Za-z0-9_-]{1,63}");

  static SecretManager google() {
    return new SecretManager(GOOGLE, SecretManager::token);
  }

  interface Tokens {
    String token() throws IOException;
  }

  /** Thrown if a secret cannot be read. The one-line message contains neither name nor value. */
  static final class NotReadable extends Exception {
    private NotReadable(String message) {
      super(message);
    }
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

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
      // Not added as a cause: both exceptions quote the answer, which contains the secret.
      throw new NotReadable(
          "Secret Manager sent an answer that is not valid JSON with base64 data");
    }
    JsonNode sum = payload.get("dataCrc32c");
    if (!payload.has("data") || (sum != null && sum.asLong() != crc32c(secret))) {
      throw new NotReadable("Secret Manager sent an answer with a wrong checksum; try again");
    }
    return new String(secret, StandardCharsets.UTF_8);
  }

  private String authorization() throws NotReadable {
    try {
      return "Bearer " + tokens.token();
    } catch (IOException e) {
      throw new NotReadable(
          ("no Google credentials found (%s); run `gcloud auth application-default"
                  + " login`, or give the machine a service account")
              .formatted(e.getClass().getSimpleName()));
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
          "cannot connect to Secret Manager (%s); check the network"
              .formatted(e.getClass().getSimpleName()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotReadable("interrupted");
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case 400 -> "the version is disabled, destroyed or invalid";
      case 401, 403 ->
          "this account has no permission to read it; grant roles/secretmanager.secretAccessor on"
              + " the secret";
      case 404 -> "the secret or version does not exist";
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
