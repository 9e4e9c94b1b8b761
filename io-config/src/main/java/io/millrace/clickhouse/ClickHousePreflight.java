package io.millrace.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.query.GenericRecord;
import io.millrace.clickhouse.beamio.BeamIoTable;
import io.millrace.clickhouse.client.ClickHouseClients;
import io.millrace.clickhouse.client.ClickHouseClients.Opened;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.schema.ClickHouseDdl;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ServerTables;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.clickhouse.schema.TableCheck;
import io.millrace.clickhouse.schema.TableDifference;
import io.millrace.clickhouse.schema.TableMigration;
import io.millrace.clickhouse.schema.TableTtl;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.security.Tls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Looks at a server before anything is written to it, and creates what is missing. */
final class ClickHousePreflight {
  private static final int ACCESS_DENIED = 497;
  private static final Duration LONGEST_CHANGE = Duration.ofHours(24);

  private final ClickHouseConfig config;
  private final List<ClickHouseTable> tables;
  private final List<BeamIoTable> staging;

  ClickHousePreflight(
      ClickHouseConfig config, List<ClickHouseTable> tables, List<BeamIoTable> staging) {
    this.config = config;
    this.tables = tables;
    this.staging = staging;
  }

  /** One line for each problem; changes nothing. */
  List<String> problems() {
    return withClient(config, client -> problems(client, look(client)));
  }

  /** One line for each difference that is none; changes nothing. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    withClient(
        config,
        client -> {
          look(client).differences.stream()
              .filter(difference -> !difference.blocks())
              .forEach(difference -> notes.add(difference.line()));
          return List.of();
        });
    return notes;
  }

  /** Creates what is missing, unless there are problems; they are the answer. */
  List<String> createMissing() {
    return withClient(
        config,
        client -> {
          Findings findings = look(client);
          List<String> problems = problems(client, findings);
          if (problems.isEmpty()) {
            for (Change change :
                TableMigration.creations(config.database(), tables, findings.found)) {
              execute(client, change.statement());
            }
            for (BeamIoTable table : staging) {
              for (String statement : table.statements(config.database())) {
                execute(client, statement);
              }
            }
          }
          return problems;
        });
  }

  /**
   * Makes the tables fit, as far as that is safe.
   *
   * @throws SinkException with what keeps the server from it
   */
  SinkMigration migrate(boolean dryRun, Consumer<Change> progress) {
    AtomicReference<SinkMigration> done = new AtomicReference<>(SinkMigration.NONE);
    List<String> problems =
        withClient(
            // To change a column's type, the server writes it anew, and answers when it has.
            config.withAnswerTimeout(LONGEST_CHANGE),
            client -> {
              done.set(plan(client));
              for (Change change : done.get().changes()) {
                progress.accept(change);
                if (!dryRun) {
                  apply(client, change);
                }
              }
              return dryRun ? List.of() : left(client, done.get());
            });
    if (!problems.isEmpty()) {
      throw new SinkException(problems);
    }
    return done.get();
  }

  private SinkMigration plan(Client client) {
    Findings findings = look(client);
    return TableMigration.plan(config.database(), tables, findings.found, findings.differences);
  }

  private void apply(Client client, Change change) throws Exception {
    try {
      execute(client, change.statement());
    } catch (RuntimeException | ExecutionException e) {
      throw new SinkException(
          List.of(
              change.where()
                  + ": the change was not made: "
                  + describe(e)
                  + "; mend that and migrate again: what was done before stays"));
    }
  }

  /** What does not fit although all changes have been made; there should be nothing. */
  private List<String> left(Client client, SinkMigration done) {
    SinkMigration again = plan(client);
    return again.changes().stream()
        .filter(change -> done.changes().stream().anyMatch(c -> c.where().equals(change.where())))
        .map(change -> change.where() + ": still differs after the change; migrate again")
        .toList();
  }

  /** A step that uses the client; what it throws becomes a problem. */
  private interface Step {
    List<String> apply(Client client) throws Exception;
  }

  /** What there is, and how it differs. */
  private record Findings(Map<String, ServerTable> found, List<TableDifference> differences) {}

  private Findings look(Client client) {
    ServerTables server = new ServerTables(client, config.database());
    Map<String, ServerTable> found = server.all();
    return new Findings(
        found,
        TableCheck.differences(
            config.database(),
            tables,
            found,
            (table, life, before) -> wouldDelete(server, table, life, before)));
  }

  /** Also if the server does not say: then it is not certain that nothing would be deleted. */
  private static boolean wouldDelete(
      ServerTables server, ClickHouseTable table, Duration life, TableTtl before) {
    try {
      return server.wouldDelete(table, life, before);
    } catch (RuntimeException e) {
      if (ClickHouseErrors.serverException(e) == null) {
        throw e;
      }
      return true;
    }
  }

  private List<String> withClient(ClickHouseConfig config, Step step) {
    String unreachable = unreachable();
    if (!unreachable.isEmpty()) {
      return List.of(where() + ": " + unreachable);
    }
    String user = "";
    try {
      Opened opened = ClickHouseClients.open(config);
      user = opened.user();
      try (Client client = opened.client()) {
        return step.apply(client);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(where() + ": interrupted");
    } catch (SinkException e) {
      List<String> problems = new ArrayList<>();
      for (String problem : e.problems()) {
        problems.add(config.user().hide(user, problem));
      }
      return problems;
    } catch (IllegalArgumentException e) {
      return List.of("ClickHouse: " + e.getMessage());
    } catch (Exception e) {
      return List.of(where() + ": " + config.user().hide(user, describe(e)));
    }
  }

  private List<String> problems(Client client, Findings findings) {
    List<GenericRecord> version = client.queryAll("SELECT version() AS version");
    if (version.size() != 1) {
      return List.of(where() + ": expected one answer to a question, found " + version.size());
    }
    List<String> problems = new ArrayList<>();
    findings.differences.stream()
        .filter(TableDifference::blocks)
        .forEach(difference -> problems.add(difference.line()));
    for (ClickHouseTable table : tables) {
      boolean there = findings.found.containsKey(table.name());
      demand(client, there ? "INSERT" : "CREATE TABLE", table.name(), problems);
    }
    for (BeamIoTable table : staging) {
      problems.addAll(table.differences(config.database(), findings.found));
      boolean there = findings.found.containsKey(table.name());
      demand(client, there ? "INSERT" : "CREATE TABLE", table.name(), problems);
      if (!findings.found.containsKey(table.view())) {
        demand(client, "CREATE VIEW", table.view(), problems);
      }
    }
    return problems;
  }

  private void demand(Client client, String right, String table, List<String> problems) {
    if (!granted(client, right, table)) {
      problems.add(
          "table "
              + config.database()
              + "."
              + table
              + ": the user "
              + config.user()
              + " lacks the right: GRANT "
              + right
              + " ON "
              + ClickHouseDdl.qualified(config.database(), table)
              + " TO "
              + (config.user().isReference()
                  ? "the user that " + config.user() + " names"
                  : ClickHouseTypes.quote(config.user().toString())));
    }
  }

  /** False only if the server says so: one that does not know the question is not asked. */
  private boolean granted(Client client, String right, String table) {
    String question =
        "CHECK GRANT " + right + " ON " + ClickHouseDdl.qualified(config.database(), table);
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
    HttpClient http;
    try {
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(config.connectTimeout())
              .sslContext(Tls.context(config.caFile()))
              .build();
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
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
          + " ms; is the address right"
          + (config.endpoint().startsWith("https") ? ", and is it HTTPS?" : "?");
    } catch (ConnectException e) {
      return "refused the connection; is ClickHouse running, and is the port right?";
    } catch (SSLException e) {
      return Tls.explain(e, URI.create(config.endpoint()).getHost(), config.caFile());
    } catch (IOException e) {
      return "something answers there, but not in HTTP ("
          + ClickHouseErrors.rootMessage(e)
          + "); expected the port of ClickHouse's HTTP interface, usually 8123, or ?tls=true if it"
          + " is HTTPS";
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
