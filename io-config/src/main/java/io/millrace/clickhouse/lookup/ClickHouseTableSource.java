package io.millrace.clickhouse.lookup;

import io.millrace.clickhouse.client.ClickHouseAddress;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.contract.Lookup;
import io.millrace.lookup.LookupClient;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupSource;
import io.millrace.lookup.Lookups;
import io.millrace.security.SecretReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the key and the columns of a look-up from a table or view: {@code
 * clickhouse://host:port/database/table}. The rows are sorted, so that equal content has equal
 * bytes. Secrets are read for each request.
 */
public final class ClickHouseTableSource implements LookupSource {
  private static final String EXPECTED =
      "expected clickhouse://host:port/database/table[?tls=true]";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** The longest part of a server's message that is shown, in characters. */
  private static final int MOST_SHOWN = 300;

  /** A table and its database. */
  private record Table(ClickHouseAddress database, String name) {
    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException in one line, if the text is invalid
     */
    static Table parse(String from) {
      int parameters = from.indexOf('?');
      String path = parameters < 0 ? from : from.substring(0, parameters);
      int slash = path.lastIndexOf('/');
      if (slash < ClickHouseAddress.SCHEME.length() || slash == path.length() - 1) {
        throw new IllegalArgumentException(EXPECTED);
      }
      return new Table(
          ClickHouseAddress.parse(
              path.substring(0, slash) + (parameters < 0 ? "" : from.substring(parameters))),
          path.substring(slash + 1));
    }
  }

  @Override
  public boolean reads(String from) {
    return from.startsWith(ClickHouseAddress.SCHEME);
  }

  @Override
  public @Nullable String problem(Lookup lookup) {
    if (lookup.options().containsKey(Lookups.TOKEN)) {
      return "expected `user` and `password`; ClickHouse takes no `token`";
    }
    if (lookup.from().indexOf('@') >= 0) {
      return "user and password must not appear in the URL; use `user` and `password`";
    }
    try {
      boolean tls = Table.parse(lookup.from()).database.tls();
      return LookupClient.problem(lookup, tls);
    } catch (IllegalArgumentException e) {
      return EXPECTED;
    }
  }

  @Override
  public Content open(Lookup lookup, @Nullable String unless)
      throws IOException, LookupException, InterruptedException {
    Table table = Table.parse(lookup.from());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/?database=%s&wait_end_of_query=1"
                        .formatted(
                            table.database.endpoint(),
                            URLEncoder.encode(table.database.database(), StandardCharsets.UTF_8))))
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(query(lookup, table)));
    String user = lookup.options().get(Lookups.USER);
    String password = lookup.options().get(Lookups.PASSWORD);
    if (user != null && password != null) {
      try {
        request.header("X-ClickHouse-User", user);
        request.header("X-ClickHouse-Key", SecretReference.parse(password).resolve());
      } catch (IllegalArgumentException e) {
        throw new LookupException("the login cannot be used; check `user` and " + password, e);
      }
    }
    HttpResponse<InputStream> response = LookupClient.send(lookup, request.build());
    if (response.statusCode() == 200) {
      return new Content(response.body(), null);
    }
    try (InputStream body = response.body()) {
      String message =
          new String(body.readNBytes(MOST_SHOWN), StandardCharsets.UTF_8)
              .lines()
              .findFirst()
              .orElse("");
      throw new LookupException(
          "ClickHouse answers with HTTP status %d: %s".formatted(response.statusCode(), message));
    }
  }

  private static String query(Lookup lookup, Table table) {
    List<String> names = new ArrayList<>(List.of(lookup.keyColumn()));
    lookup.columns().stream().map(Lookup.Column::source).forEach(names::add);
    String columns =
        names.stream().distinct().map(ClickHouseTypes::quote).collect(Collectors.joining(", "));
    return "SELECT %s FROM %s.%s ORDER BY %s FORMAT JSONEachRow"
        .formatted(
            columns,
            ClickHouseTypes.quote(table.database.database()),
            ClickHouseTypes.quote(table.name),
            columns);
  }
}
