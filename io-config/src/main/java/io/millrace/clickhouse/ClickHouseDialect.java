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
import io.millrace.clickhouse.schema.ColumnConversion;
import io.millrace.clickhouse.schema.ServerTables;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.clickhouse.schema.TableCheck;
import io.millrace.io.SinkException;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.SchemaDialect;
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
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The tables of a ClickHouse server, for the schema planner. */
final class ClickHouseDialect implements SchemaDialect {
  private static final int ACCESS_DENIED = 497;

  /** To change a column's type, the server rewrites the column before it answers. */
  private static final Duration LONGEST_CHANGE = Duration.ofHours(24);

  private final ClickHouseConfig config;
  private final List<ClickHouseTable> tables;
  private final List<String> impossible;
  private final List<BeamIoTable> staging;
  private @Nullable Client client;
  private String user = "";
  private Map<String, ServerTable> found = Map.of();

  /**
   * The dialect for tables.
   *
   * @param impossible what ClickHouseIO cannot write
   * @param staging the tables that ClickHouseIO writes to; empty if it does not write
   */
  ClickHouseDialect(
      ClickHouseConfig config,
      List<ClickHouseTable> tables,
      List<String> impossible,
      List<BeamIoTable> staging) {
    this.config = config;
    this.tables = tables;
    this.impossible = impossible;
    this.staging = staging;
  }

  @Override
  public String where() {
    return "ClickHouse at " + config.endpoint();
  }

  @Override
  public List<String> impossible() {
    return impossible;
  }

  @Override
  public void open(boolean forChanges) {
    String unreachable = unreachable();
    if (!unreachable.isEmpty()) {
      throw new SinkException(List.of(where() + ": " + unreachable));
    }
    try {
      Opened opened =
          ClickHouseClients.open(forChanges ? config.withAnswerTimeout(LONGEST_CHANGE) : config);
      client = opened.client();
      user = opened.user();
    } catch (IllegalArgumentException e) {
      throw new SinkException(List.of("ClickHouse: " + e.getMessage()));
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }

  @Override
  public List<Difference> differences() {
    String database = config.database();
    ServerTables server = new ServerTables(client, database);
    found = server.all();
    List<Difference> differences =
        new ArrayList<>(TableCheck.differences(database, tables, found, server::wouldDelete));
    for (BeamIoTable table : staging) {
      for (String statement : table.statements(database)) {
        differences.add(
            Difference.missing(table.name(), at(table.name()), ClickHouseDdl.created(statement)));
      }
    }
    return differences;
  }

  private String at(String table) {
    return "table " + config.database() + "." + table;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    tables.forEach(table -> demandWrites(table.name(), problems));
    for (BeamIoTable table : staging) {
      demandServerConversion(table.target(), problems);
      problems.addAll(table.differences(config.database(), found));
      demandWrites(table.name(), problems);
      if (!found.containsKey(table.view())) {
        demand("CREATE VIEW", table.view(), problems);
      }
    }
    return problems;
  }

  /**
   * The materialized view converts values as the server does: to fit, without a check, and an enum
   * by number.
   */
  private void demandServerConversion(String name, List<String> problems) {
    ServerTable there = found.get(name);
    for (ClickHouseTable table : tables) {
      if (there != null && table.name().equals(name)) {
        for (String column : ColumnConversion.checkedColumns(table, there)) {
          problems.add(
              "%s, %s: the view of Beam's ClickHouseIO would alter values that do not fit; use"
                      .formatted(at(name), column)
                  + " --clickHouseWriter=millrace");
        }
        for (String column : ColumnConversion.columnsOfOtherEnums(table, there)) {
          problems.add(
              "%s, %s: ClickHouse converts no enum to other numbers or FixedString, as the view of"
                      .formatted(at(name), column)
                  + " Beam's ClickHouseIO needs; use --clickHouseWriter=millrace");
        }
      }
    }
  }

  private void demandWrites(String table, List<String> problems) {
    demand(found.containsKey(table) ? "INSERT" : "CREATE TABLE", table, problems);
  }

  private void demand(String right, String table, List<String> problems) {
    if (!granted(right, table)) {
      String grantee =
          config.user().isReference()
              ? "the user that " + config.user() + " names"
              : ClickHouseTypes.quote(config.user().toString());
      String on = ClickHouseDdl.qualified(config.database(), table);
      problems.add(
          "%s: the user %s lacks the right: GRANT %s ON %s TO %s"
              .formatted(at(table), config.user(), right, on, grantee));
    }
  }

  /** False only if the server denies it: an older server does not know the question. */
  private boolean granted(String right, String table) {
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

  @Override
  public void execute(String statement) throws Exception {
    // There is nothing to read: the answer means that the statement is done.
    client.query(statement).get().close();
  }

  /** Why ClickHouse cannot be reached at the address; empty if it can. */
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

  @Override
  public String explain(Exception e) {
    return config.user().hide(user, describe(e));
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
}
