package io.millrace.lookup;

import io.millrace.contract.Lookup;
import io.millrace.decode.registry.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads {@code http://} and {@code https://}. Secrets are read for each request, so one that
 * rotates needs no restart. Follows no redirect.
 */
public final class HttpSource implements LookupSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @Override
  public boolean reads(String from) {
    return from.startsWith("http://") || from.startsWith("https://");
  }

  @Override
  public @Nullable String problem(Lookup lookup) {
    try {
      URI url = URI.create(lookup.from());
      if (url.getUserInfo() != null) {
        return "user and password must not appear in the URL; use `user` and `password`";
      }
      return url.getHost() == null
          ? "expected a URL such as https://host/users.csv"
          : LookupClient.problem(lookup, lookup.from().startsWith("https://"));
    } catch (IllegalArgumentException e) {
      return "expected a URL such as https://host/users.csv";
    }
  }

  @Override
  public @Nullable Content open(Lookup lookup, @Nullable String unless)
      throws IOException, LookupException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(lookup.from())).timeout(TIMEOUT);
    if (unless != null) {
      request.header("If-None-Match", unless);
    }
    String authorization = authorization(lookup);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<InputStream> response = LookupClient.send(lookup, request.build());
    if (response.statusCode() == 200) {
      return new Content(response.body(), response.headers().firstValue("ETag").orElse(null));
    }
    response.body().close();
    if (response.statusCode() == 304 && unless != null) {
      return null;
    }
    throw new LookupException(meaning(response.statusCode()));
  }

  private static @Nullable String authorization(Lookup lookup) throws LookupException {
    try {
      String token = lookup.options().get(Lookups.TOKEN);
      if (token != null) {
        return "Bearer " + Secrets.resolver().resolve(token).strip();
      }
      String user = lookup.options().get(Lookups.USER);
      String password = lookup.options().get(Lookups.PASSWORD);
      if (user == null || password == null) {
        return null;
      }
      String login = user + ":" + Secrets.resolver().resolve(password);
      return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      // The message names the reference only.
      throw new LookupException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401 ->
          "the server rejects the login (HTTP status 401); check `user`, `password`, `token`";
      case 403 -> "the user may not read it (HTTP status 403)";
      case 404 -> "there is nothing at this URL (HTTP status 404)";
      default ->
          status >= 300 && status < 400
              ? "the server redirects (HTTP status %d); use the URL that it redirects to"
                  .formatted(status)
              : "the server answers with HTTP status " + status;
    };
  }
}
