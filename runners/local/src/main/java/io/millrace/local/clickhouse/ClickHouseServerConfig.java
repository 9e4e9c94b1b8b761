package io.millrace.local.clickhouse;

import io.millrace.local.process.LocalFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.codec.digest.DigestUtils;

/** Writes configuration files for ClickHouse: one process, little memory, loopback only. */
final class ClickHouseServerConfig {
  private ClickHouseServerConfig() {}

  /**
   * Writes the configuration of libchdb, and its user's rights in {@code users.xml} beside it. The
   * HTTP interface is separate.
   *
   * @param kafka whether to allow tables of the engine Kafka
   */
  static void writeEngine(Path file, Path log, boolean kafka) {
    Path users = file.resolveSibling("users.xml");
    // The HTTP interface, the engine's only client, checks the password.
    write(
        users,
        "<clickhouse>\n"
            + EngineAccess.users("default", "<no_password/>", true, kafka)
            + "</clickhouse>\n");
    write(
        file,
        """
        <clickhouse>
          <logger>
            <console>false</console>
            <log>%s</log>
            <size>20M</size>
            <count>1</count>
          </logger>
          <display_name>millrace</display_name>
          <mark_cache_size>268435456</mark_cache_size>
          <!-- The embedded default of one thread lets tasks of the engine wait for each other -->
          <background_schedule_pool_size>16</background_schedule_pool_size>
          <background_pool_size>4</background_pool_size>
          <users_config>%s</users_config>
          <access_control_improvements>
            <table_engines_require_grant>true</table_engines_require_grant>
          </access_control_improvements>
        </clickhouse>
        """
            .formatted(xml(log.toString()), xml(users.toString())));
  }

  /**
   * Writes the configuration of a server binary.
   *
   * @param kafka whether to allow tables of the engine Kafka
   */
  static void writeServer(
      Path file, Path data, Path log, int port, String user, String password, boolean kafka) {
    write(
        file,
        """
        <clickhouse>
          <logger>
            <level>warning</level>
            <console>false</console>
            <log>%1$s</log>
            <size>20M</size>
            <count>1</count>
          </logger>
          <display_name>millrace</display_name>
          <listen_host>127.0.0.1</listen_host>
          <http_port>%2$s</http_port>
          <path>%3$s/</path>
          <tmp_path>%3$s/tmp/</tmp_path>
          <user_files_path>%3$s/user_files/</user_files_path>
          <format_schema_path>%3$s/format_schemas/</format_schema_path>
          <mark_cache_size>268435456</mark_cache_size>
          <user_directories>
            <users_xml><path>%4$s</path></users_xml>
          </user_directories>
          <access_control_improvements>
            <table_engines_require_grant>true</table_engines_require_grant>
          </access_control_improvements>
        %5$s        </clickhouse>
        """
            .formatted(
                xml(log.toString()),
                port,
                xml(data.toString()),
                xml(file.toString()),
                EngineAccess.users(
                    user,
                    "<password_sha256_hex>"
                        + DigestUtils.sha256Hex(password)
                        + "</password_sha256_hex>",
                    false,
                    kafka)));
  }

  private static void write(Path file, String text) {
    LocalFiles.writing(
        file,
        () -> {
          Files.deleteIfExists(file);
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          Files.writeString(file, text);
        });
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
