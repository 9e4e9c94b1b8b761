package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.LocalStack;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** User and password in files that change while clients are open. */
class CredentialsIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final ClickHouseTable TABLE = ClickHouseTable.of(CONTRACT).get(0);
  private static final String USER = "writer_of_rows";
  // With what other encodings would change.
  private static final String PASSWORD = "pass:word +%&";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static Path user;
  private static Path password;

  @BeforeAll
  static void startServer() throws Exception {
    stack =
        LocalStack.builder()
            .dataDirectory(directory.resolve("stack"))
            .clickHouseCredentials(USER, PASSWORD)
            .start();
    user = directory.resolve("user");
    password = directory.resolve("password");
    Files.writeString(user, USER + "\n");
    Files.writeString(password, PASSWORD + "\n");
  }

  @AfterAll
  static void stopServer() {
    if (stack != null) {
      stack.close();
    }
  }

  private static ClickHouseConfig config(String database) {
    return ClickHouseConfig.of(stack.clickHouse().address(), database)
        .withUser(UserName.parse("file:" + user), SecretReference.parse("file:" + password));
  }

  private static ClickHouseSink sink(String database) {
    return ClickHouseSink.of(
        config(database),
        CONTRACT,
        DeadLetterFactory.of(CONTRACT, "t", Clock.system()),
        Clock.system());
  }

  private static Batch batch() throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    Event event = TestEvents.withText(10).event(1);
    builder.add(
        event.values(),
        TableRowWriter.of(CONTRACT.tables().normal()),
        event.eventTimeMillis(),
        event.origin());
    return Batch.of(List.of(builder.build()));
  }

  @Test
  void aSecretThatIsReplacedIsPickedUp() throws Exception {
    sink("rotated").prepare();
    for (Path secret : List.of(user, password)) {
      String right = Files.readString(secret);
      try (InsertClient client = new HttpInsertClient(config("rotated"))) {
        client.insert(TABLE, batch());
      }
      Files.writeString(secret, "old_one");
      try (InsertClient client = new HttpInsertClient(config("rotated"))) {
        RuntimeException e =
            assertThrows(RuntimeException.class, () -> client.insert(TABLE, batch()));
        assertThat(ClickHouseErrors.understand(e).code(), is(516));
        for (Throwable t = e; t != null; t = t.getCause()) {
          assertThat(t.toString(), not(containsString("old_one")));
          assertThat(t.toString(), not(containsString(USER)));
        }
        // In between it is not there at all, as while it is being replaced.
        Files.delete(secret);
        e = assertThrows(RuntimeException.class, () -> client.insert(TABLE, batch()));
        assertThat(e.getMessage(), containsString("secret file:" + secret));
        Files.writeString(secret, right);
        client.insert(TABLE, batch());
      }
    }
    assertThat(stack.clickHouse().query("SELECT count() FROM rotated.sink_output"), is("1\n"));
  }

  @Test
  void preflightNamesReferencesOnly() throws Exception {
    assertThat(sink("named").check(), is(empty()));
    String right = Files.readString(password);
    Files.writeString(password, "old_one");
    try {
      assertThat(
          sink("named").check(),
          contains(
              containsString(
                  "refused the user file:" + user + " with file:" + password + " (code 516)")));
    } finally {
      Files.writeString(password, right);
    }
  }

  @Test
  void nothingIsOpenedThatWouldLogSecrets() {
    Logger headers = (Logger) LoggerFactory.getLogger("org.apache.hc.client5.http.headers");
    Level before = headers.getLevel();
    headers.setLevel(Level.DEBUG);
    try {
      assertThat(
          sink("logged").check(),
          contains(
              "ClickHouse: the logger org.apache.hc.client5.http.headers would print the password;"
                  + " set its level to INFO"));
      assertThrows(IllegalArgumentException.class, () -> new HttpInsertClient(config("logged")));
    } finally {
      headers.setLevel(before);
    }
  }
}
