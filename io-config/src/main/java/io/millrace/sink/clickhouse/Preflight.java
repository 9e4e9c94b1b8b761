package io.millrace.sink.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.query.GenericRecord;
import io.millrace.sink.clickhouse.ServerTables.ServerTable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** Looks at a server before anything is written to it, and creates what is missing. */
final class Preflight {
  private static final int ACCESS_DENIED = 497;

  private final ClickHouseConfig config;
  private final List<ClickHouseTable> tables;

  Preflight(ClickHouseConfig config, List<ClickHouseTable> tables) {
    this.config = config;
    this.tables = tables;
  }

  /** One line for each problem; changes nothing. */
  List<String> problems() {
    return withClient(this::problems);
  }

  /** Creates what is missing, unless there are problems; they are the answer. */
  List<String> createMissing() {
    return withClient(
        client -> {
          List<String> problems = problems(client);
          if (problems.isEmpty()) {
            for (String statement : ClickHouseDdl.all(config.database(), tables)) {
              execute(client, statement);
            }
          }
          return problems;
        });
  }

  /** A step that uses the client; what it throws becomes a problem. */
  private interface Step {
    List<String> apply(Client client) throws Exception;
  }

  private List<String> withClient(Step step) {
    String unreachable = unreachable();
    if (!unreachable.isEmpty()) {
      return List.of(where() + ": " + unreachable);
    }
    try (Client client = ClickHouseClients.open(config)) {
      return step.apply(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(where() + ": interrupted");
    } catch (IllegalArgumentException e) {
      return List.of("ClickHouse: " + e.getMessage());
    } catch (Exception e) {
      return List.of(where() + ": " + describe(e));
    }
  }

  private List<String> problems(Client client) {
    List<GenericRecord> version = client.queryAll("SELECT version() AS version");
    if (version.size() != 1) {
      return List.of(where() + ": expected one answer to a question, found " + version.size());
    }
    Map<String, ServerTable> found = new ServerTables(client, config.database()).all();
    List<String> problems =
        new ArrayList<>(TableCheck.differences(config.database(), tables, found));
    for (ClickHouseTable table : tables) {
      boolean there = found.containsKey(table.name());
      String right = there ? "INSERT" : "CREATE TABLE";
      if (!granted(client, right, table)) {
        problems.add(
            "table "
                + config.database()
                + "."
                + table.name()
                + ": the user "
                + config.user()
                + " lacks the right: GRANT "
                + right
                + " ON "
                + ClickHouseDdl.qualified(config.database(), table.name())
                + " TO "
                + ClickHouseTypes.quote(config.user()));
      }
    }
    return problems;
  }

  /** False only if the server says so: one that does not know the question is not asked. */
  private boolean granted(Client client, String right, ClickHouseTable table) {
    String question =
        "CHECK GRANT " + right + " ON " + ClickHouseDdl.qualified(config.database(), table.name());
    try {
      List<GenericRecord> answer = client.queryAll(question);
      return answer.size() != 1 || answer.get(0).getLong("result") != 0;
    } catch (RuntimeException e) {
      ServerException server = ClickHouseErrors.serverException(e);
      if (server == null) {
        throw e;
      }
      return server.getCode() != ACCESS_DENIED;
    }
  }

  private static void execute(Client client, String statement) throws Exception {
    // Nothing to read: that the answer has come means that it is done.
    client.query(statement).get().close();
  }

  /** Why there is no ClickHouse at the address; empty if there is one. */
  private String unreachable() {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.connectTimeout())
            .build();
    HttpRequest ping =
        HttpRequest.newBuilder(URI.create(config.endpoint() + "/ping"))
            .timeout(config.connectTimeout().plus(config.connectTimeout()))
            .build();
    try {
      HttpResponse<String> answer = http.send(ping, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 && answer.body().startsWith("Ok.")
          ? ""
          : "something answers there, but not ClickHouse (HTTP status "
              + answer.statusCode()
              + " to /ping); expected the port of ClickHouse's HTTP interface, usually 8123";
    } catch (HttpTimeoutException e) {
      return "no answer within "
          + config.connectTimeout().toMillis()
          + " ms; is the address right?";
    } catch (ConnectException e) {
      return "refused the connection; is ClickHouse running, and is the port right?";
    } catch (SSLException e) {
      return "no TLS connection: " + ClickHouseErrors.rootMessage(e);
    } catch (IOException e) {
      return "something answers there, but not in HTTP ("
          + ClickHouseErrors.rootMessage(e)
          + "); expected the port of ClickHouse's HTTP interface, usually 8123";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private String describe(Exception e) {
    ClickHouseErrors.Failure failure = ClickHouseErrors.understand(e);
    return switch (failure.code()) {
      case 192, 193, 194, 516 ->
          "refused the user "
              + config.user()
              + (config.password() == null ? " without password" : " with " + config.password())
              + " (code "
              + failure.code()
              + "); check the user and the reference to the password";
      default -> failure.message() + (failure.remedy().isEmpty() ? "" : " -> " + failure.remedy());
    };
  }

  private String where() {
    return "ClickHouse at " + config.endpoint();
  }
}
