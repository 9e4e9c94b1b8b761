package io.millrace.local.clickhouse;

import io.millrace.local.clickhouse.facade.StatementGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rights of a local ClickHouse's only user. It may do everything with databases, tables and
 * views in the data directory. It may not access other files or servers, or change rights.
 * ClickHouse enforces this by its users' configuration ({@code ACCESS_DENIED} 497, {@code
 * SETTING_CONSTRAINT_VIOLATION} 452).
 *
 * <p>Not granted: all sources (FILE, URL, REMOTE, S3, MYSQL, ...), table engines that need a
 * source, dictionaries, named collections, functions, BACKUP, rights. Settings that name a file, a
 * disk or a server are constant.
 */
final class EngineAccess {
  /** Each names a disk or a server. */
  private static final List<String> CONSTANT_SETTINGS =
      List.of("format_avro_schema_registry_url", "merge_tree_disk", "merge_tree_storage_policy");

  /**
   * Each names a file, or a language that {@code StatementGuard} cannot parse. A server confines
   * such files; the embedded engine does not.
   */
  private static final List<String> CONSTANT_IF_EMBEDDED =
      List.of(
          "allow_experimental_ai_functions",
          "allow_experimental_kusto_dialect",
          "allow_experimental_polyglot_dialect",
          "allow_experimental_prql_dialect",
          "dialect",
          "format_schema",
          "format_schema_source",
          "format_template_resultset",
          "format_template_row",
          "input_format_record_errors_file_path",
          "output_format_schema",
          "merge_tree_table_disk");

  private static final String RIGHTS =
      "GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW,"
          + " CREATE TEMPORARY TABLE, DROP DATABASE, DROP TABLE, DROP VIEW, UNDROP TABLE, TRUNCATE,"
          + " OPTIMIZE, KILL QUERY, SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM MOVES, SYSTEM FLUSH,"
          + " SYSTEM DROP CACHE ON *.*";

  private EngineAccess() {}

  /**
   * The elements that configure the profiles, the quotas and the one user.
   *
   * @param user a name that needs no quotes
   * @param password the user's authentication element
   * @param embedded whether the engine is libchdb, not a server
   * @param kafka whether to allow tables of the engine Kafka, which connect to brokers
   */
  static String users(String user, String password, boolean embedded, boolean kafka) {
    String constant =
        Stream.concat(
                CONSTANT_SETTINGS.stream(),
                embedded ? CONSTANT_IF_EMBEDDED.stream() : Stream.empty())
            .map(name -> "<" + name + "><const/></" + name + ">")
            .collect(Collectors.joining("\n      "));
    String grants =
        grants(kafka).stream()
            .map(grant -> "<query>" + grant + "</query>")
            .collect(Collectors.joining("\n          "));
    return """
      <profiles><default><constraints>
        %s
      </constraints></default></profiles>
      <quotas><default/></quotas>
      <users>
        <%s>
          %s
          <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
          <profile>default</profile>
          <quota>default</quota>
          <grants>
            %s
          </grants>
        </%s>
      </users>
    """
        .formatted(constant, user, password, grants, user);
  }

  private static List<String> grants(boolean kafka) {
    List<String> grants = new ArrayList<>();
    grants.add(RIGHTS);
    StatementGuard.GRANTED_ENGINES.forEach(engine -> grants.add("GRANT TABLE ENGINE ON " + engine));
    if (kafka) {
      grants.add("GRANT TABLE ENGINE ON Kafka");
      grants.add("GRANT KAFKA ON *.*");
    }
    return grants;
  }
}
