package io.millrace.decode.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Looks schemas up by the REST interface of Confluent's registry, which others have too ({@code GET
 * /schemas/ids/N}). A schema is unknown only if the registry says so itself (HTTP status 404 with
 * an error code 404xx); every other failure is waited out, see {@link RegistryWait}. Secrets are
 * read for each request, so one that rotates needs no restart. Follows no redirect.
 */
final class HttpSchemaLookup implements SchemaLookup {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** More levels of references than any schema has; ends a cycle. */
  private static final int MAX_REFERENCES = 1000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryOptions options;

  // Lookups are rare, and a client has a thread until it is garbage.
  private WeakReference<HttpClient> latest = new WeakReference<>(null);

  HttpSchemaLookup(RegistryOptions options) {
    this.options = options;
  }

  /** The registry has no such schema, or not all schemas that it refers to. */
  static final class Absent extends Exception {
    private static final long serialVersionUID = 1L;

    /** The missing reference, for messages; empty: the schema itself is missing. */
    private final String reference;

    Absent(String reference) {
      super(null, null, false, false);
      this.reference = reference;
    }

    /** The missing schema that the schema refers to: its subject and version. */
    Optional<String> reference() {
      return reference.isEmpty() ? Optional.empty() : Optional.of(reference);
    }
  }

  /** The registry gives no answer; the message is the cause, and what to check if that is known. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String cause) {
      super(cause);
    }
  }

  /** How to get an answer that holds a schema: now, or however long it takes. */
  private interface Getter<E extends Exception> {
    JsonNode get(String path) throws Absent, InterruptedException, E;
  }

  @Override
  public RegisteredSchema find(int id) throws DecodeException, InterruptedException {
    HttpClient client = client();
    Getter<RuntimeException> getter = path -> get(client, path);
    try {
      return schema(getter.get("/schemas/ids/" + id), getter);
    } catch (Absent e) {
      throw new DecodeException(
          DeadLetterCode.UNKNOWN_SCHEMA,
          e.reference()
              .map(
                  missing ->
                      "expected the schema with the id %d of the registry %s to be complete, but the registry has no %s, to which it refers"
                          .formatted(id, options.url(), missing))
              .orElse(
                  "expected a schema of the registry %s, which has no schema with the id %d"
                      .formatted(options.url(), id)));
    }
  }

  /**
   * The latest schema of a subject. Does not wait for the registry.
   *
   * @throws Absent if the registry has no such subject, or no schema that its schema refers to
   * @throws Unavailable if the registry gives no answer
   */
  RegisteredSchema latest(String subject) throws Absent, Unavailable, InterruptedException {
    HttpClient client = client();
    Getter<Unavailable> getter = path -> once(client, path);
    return schema(getter.get("/subjects/" + encoded(subject) + "/versions/latest"), getter);
  }

  private static <E extends Exception> RegisteredSchema schema(JsonNode answer, Getter<E> getter)
      throws Absent, InterruptedException, E {
    Map<String, RegisteredSchema.Import> imports = new LinkedHashMap<>();
    addImports(answer, imports, 0, getter);
    return new RegisteredSchema(
        answer.path("schemaType").asText("AVRO"),
        answer.path("schema").asText(),
        List.copyOf(imports.values()));
  }

  private static <E extends Exception> void addImports(
      JsonNode schema, Map<String, RegisteredSchema.Import> imports, int depth, Getter<E> getter)
      throws Absent, InterruptedException, E {
    for (JsonNode reference : schema.path("references")) {
      String name = reference.path("name").asText();
      if (imports.containsKey(name) || depth == MAX_REFERENCES) {
        continue;
      }
      JsonNode answer = referred(reference, getter);
      addImports(answer, imports, depth + 1, getter);
      imports.put(name, new RegisteredSchema.Import(name, answer.path("schema").asText()));
    }
  }

  private static <E extends Exception> JsonNode referred(JsonNode reference, Getter<E> getter)
      throws Absent, InterruptedException, E {
    String subject = reference.path("subject").asText();
    int version = reference.path("version").asInt();
    try {
      return getter.get("/subjects/%s/versions/%d".formatted(encoded(subject), version));
    } catch (Absent e) {
      throw new Absent("version %d of the subject %s".formatted(version, subject));
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpClient client() {
    HttpClient before = latest.get();
    if (before != null) {
      return before;
    }
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (options.ca() != null) {
      client.sslContext(TrustedCertificates.context(options.ca()));
    }
    HttpClient made = client.build();
    latest = new WeakReference<>(made);
    return made;
  }

  /** The answer to a request, however long it takes. */
  private JsonNode get(HttpClient client, String path) throws Absent, InterruptedException {
    RegistryWait wait = new RegistryWait(options.url());
    while (true) {
      try {
        JsonNode answer = once(client, path);
        wait.end();
        return answer;
      } catch (Absent e) {
        wait.end();
        throw e;
      } catch (Unavailable e) {
        wait.pause(String.valueOf(e.getMessage()));
      }
    }
  }

  private JsonNode once(HttpClient client, String path)
      throws Absent, Unavailable, InterruptedException {
    try {
      HttpResponse<byte[]> response =
          client.send(request(path), HttpResponse.BodyHandlers.ofByteArray());
      JsonNode answer = json(response.body());
      if (response.statusCode() == 200 && answer != null && answer.path("schema").isTextual()) {
        return answer;
      } else if (isAbsent(response.statusCode(), answer)) {
        throw new Absent("");
      }
      throw new Unavailable(meaning(response.statusCode()));
    } catch (IOException e) {
      throw new Unavailable(meaning(e));
    } catch (IllegalArgumentException e) {
      // A secret that cannot be read: the message names the reference only.
      throw new Unavailable(e.getMessage() == null ? "the request is invalid" : e.getMessage());
    }
  }

  private HttpRequest request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.url() + path))
            .timeout(TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    String authorization = authorization();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  private @Nullable String authorization() {
    if (options.token() != null) {
      return "Bearer " + headerValue(Secrets.resolver().resolve(options.token()));
    } else if (options.user() == null || options.password() == null) {
      return null;
    }
    SecretResolver secrets = Secrets.resolver();
    String login = secrets.resolve(options.user()) + ":" + secrets.resolve(options.password());
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** Checks a token before the client does, whose message would quote it. */
  private String headerValue(String token) {
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "secret " + options.token() + ": expected a token of visible ASCII characters");
    }
    return token;
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return null;
    }
  }

  /** Any server answers 404 to a wrong path; only a registry has codes for what is not there. */
  private static boolean isAbsent(int status, @Nullable JsonNode answer) {
    int code = answer == null ? 0 : answer.path("error_code").asInt();
    return status == 404 && code >= 40400 && code < 40500;
  }

  private static String meaning(int status) {
    return switch (status) {
      case 200 -> "the answer is not that of a schema registry; check the URL";
      case 401 -> "it rejects the login (HTTP status 401); check `registry_user` and its secret";
      case 403 -> "the user may not read schemas (HTTP status 403)";
      case 404 -> "there is no schema registry at this URL (HTTP status 404)";
      default ->
          status >= 300 && status < 400
              ? "it redirects (HTTP status " + status + "); use the URL that it redirects to"
              : "it answers with HTTP status " + status;
    };
  }

  private static String meaning(IOException e) {
    if (e instanceof HttpConnectTimeoutException || e instanceof HttpTimeoutException) {
      return "no answer in time";
    } else if (e instanceof ConnectException) {
      return "cannot connect";
    } else if (e instanceof SSLException) {
      return "no TLS connection (" + e.getMessage() + "); check `registry_ca`";
    }
    return "the connection failed (" + e.getClass().getSimpleName() + ")";
  }
}
