package io.millrace.cli.log;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> RUN = List.of("run", "--logFormat=json");

  @AfterEach
  void clear() {
    LogFormat.addContract(List.of());
  }

  private static JsonNode logged(Map<String, String> context, Throwable thrown) throws IOException {
    LoggerContext loggers = new LoggerContext();
    Logger logger = loggers.getLogger("io.millrace.Some");
    LoggingEvent event =
        new LoggingEvent("", logger, Level.WARN, "{} rows\n\"wait\"", thrown, new Object[] {7});
    event.setMDCPropertyMap(context);
    String text = JsonAppender.text(event);
    assertThat(text.lines().toList().size(), is(1));
    return JSON.readTree(text);
  }

  @Test
  void anEventIsOneLineWithItsFields() throws IOException {
    JsonNode event = logged(Map.of("table", "visits", "level", "none", "topic", ""), null);
    assertThat(
        event.path("time").asText(), matchesPattern("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z"));
    assertThat(event.path("level").asText(), is("WARN"));
    assertThat(event.path("logger").asText(), is("io.millrace.Some"));
    assertThat(event.path("message").asText(), is("7 rows\n\"wait\""));
    assertThat(event.path("table").asText(), is("visits"));
    assertThat(event.has("topic") || event.has("exception") || event.has("contract"), is(false));
  }

  @Test
  void anExceptionIsOneField() throws IOException {
    JsonNode event = logged(Map.of(), new IOException("a", new IllegalStateException("b")));
    String exception = event.path("exception").asText();
    assertThat(exception, startsWith("java.io.IOException: a"));
    assertThat(exception, containsString("Caused by: java.lang.IllegalStateException: b"));
    assertThat(exception, containsString("\tat " + JsonLogTest.class.getName()));
  }

  @Test
  void theOnlyContractOfARunIsInEachEvent() throws IOException {
    LogFormat.addContract(List.of("visits"));
    assertThat(logged(Map.of(), null).path("contract").asText(), is("visits"));
    assertThat(logged(Map.of("contract", "of it"), null).path("contract").asText(), is("of it"));
    LogFormat.addContract(List.of("visits", "orders"));
    assertThat(logged(Map.of(), null).has("contract"), is(false));
  }

  @Test
  void linesThatACommandPrintsAreEvents() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err =
        new PrintStream(
            new JsonLines(new PrintStream(bytes, true, StandardCharsets.UTF_8)),
            true,
            StandardCharsets.UTF_8);
    err.println("a -> b");
    err.println();
    err.print("mill");
    err.println("race: --input: é");
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.size(), is(2));
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.path("level").asText(), is("INFO"));
    assertThat(first.path("message").asText(), is("a -> b"));
    JsonNode second = JSON.readTree(lines.get(1));
    assertThat(second.path("level").asText(), is("ERROR"));
    assertThat(second.path("message").asText(), is("--input: é"));
  }

  @Test
  void theFlagIsBeforeTheEnvironment() {
    assertThat(LogFormat.of(RUN, null), is(LogFormat.JSON));
    assertThat(LogFormat.of(RUN, "text"), is(LogFormat.JSON));
    assertThat(LogFormat.of(List.of("run", "--logFormat", "text"), "json"), is(LogFormat.TEXT));
    assertThat(LogFormat.of(List.of("audit"), "JSON"), is(LogFormat.JSON));
    assertThat(LogFormat.of(List.of("audit"), null), is(LogFormat.TEXT));
    assertThat(LogFormat.problems(RUN, "xml"), empty());
    assertThat(
        LogFormat.problems(List.of("run", "--logFormat=xml"), "json"),
        is(List.of("--logFormat: expected text or json, found `xml`")));
    assertThat(
        LogFormat.problems(List.of("run"), "xml"),
        is(List.of("MILLRACE_LOG_FORMAT: expected text or json, found `xml`")));
  }
}
