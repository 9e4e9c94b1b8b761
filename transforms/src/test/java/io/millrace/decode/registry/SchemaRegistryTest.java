package io.millrace.decode.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The lookup of schemas at a real HTTP server, and what happens while it does not answer. */
class SchemaRegistryTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new TestRegistry();
    log.start();
    ((Logger) LoggerFactory.getLogger(RegistryWait.class)).addAppender(log);
  }

  @AfterEach
  void stop() {
    registry.close();
    ((Logger) LoggerFactory.getLogger(RegistryWait.class)).detachAppender(log);
  }

  private SchemaLookup lookup(String... options) {
    Map<String, String> all = new HashMap<>(Map.of("registry", registry.url() + "/"));
    for (int i = 0; i < options.length; i += 2) {
      all.put(options[i], options[i + 1]);
    }
    return SchemaRegistry.open(all);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat("in time", System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private String logged() {
    return String.join(
        "\n", List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void findsASchemaAndWhatItRefersTo() throws Exception {
    registry.put("/schemas/ids/7", "AVRO", "seven", "a b/c");
    registry.put("/subjects/a%20b%2Fc/versions/1", "AVRO", "used", "deep");
    registry.put("/subjects/deep/versions/1", "AVRO", "deepest");
    assertEquals(
        new RegisteredSchema(
            "AVRO",
            "seven",
            List.of(
                new RegisteredSchema.Import("deep", "deepest"),
                new RegisteredSchema.Import("a b/c", "used"))),
        lookup().find(7));
    registry.put(8, "PROTOBUF", "eight");
    assertEquals(new RegisteredSchema("PROTOBUF", "eight", List.of()), lookup().find(8));
  }

  @Test
  void logsInAsAUserOrWithAToken() throws Exception {
    registry.put(1, "AVRO", "one");
    TestSecrets.VALUES.put("env:LOOKUP_USER", "me");
    TestSecrets.VALUES.put("env:LOOKUP_PASSWORD", "pässword");
    lookup("registry_user", "env:LOOKUP_USER", "registry_password", "env:LOOKUP_PASSWORD").find(1);
    TestSecrets.VALUES.put("env:LOOKUP_TOKEN", "t0ken");
    lookup("registry_token", "env:LOOKUP_TOKEN").find(1);
    assertEquals(
        List.of("/schemas/ids/1 Basic bWU6cMOkc3N3b3Jk", "/schemas/ids/1 Bearer t0ken"),
        registry.requests);
  }

  @Test
  void anIdThatTheRegistryDoesNotKnowIsADeadLetter() {
    DecodeException e = assertThrows(DecodeException.class, () -> lookup().find(99));
    assertEquals(DeadLetterCode.UNKNOWN_SCHEMA, e.code());
    assertEquals(
        "expected a schema of the registry "
            + registry.url()
            + ", which has no schema with the id 99",
        e.getMessage());
    assertThat(logged(), is(""));
  }

  @Test
  void aReferenceThatTheRegistryDoesNotKnowIsNamed() throws Exception {
    registry.put("/schemas/ids/7", "AVRO", "seven", "used");
    registry.put("/subjects/used/versions/1", "AVRO", "used", "deep");

    DecodeException e = assertThrows(DecodeException.class, () -> lookup().find(7));

    assertEquals(DeadLetterCode.UNKNOWN_SCHEMA, e.code());
    assertEquals(
        "expected the schema with the id 7 of the registry "
            + registry.url()
            + " to be complete, but the registry has no version 1 of the subject deep, to which it"
            + " refers",
        e.getMessage());
  }

  @Test
  void waitsWhileTheRegistryFailsOrRejectsTheLogin() throws Exception {
    registry.put(1, "AVRO", "one");
    // A 404 of another server: its body is none of a registry
    registry.failures.addAll(List.of(503, 401, 404));
    assertEquals("one", lookup().find(1).text());
    assertEquals(4, registry.requests.size());
    assertThat(logged(), containsString("it answers with HTTP status 503. Decoding has been"));
    assertThat(logged(), containsString("rejects the login (HTTP status 401)"));
    assertThat(logged(), containsString("no schema registry at this URL (HTTP status 404)"));
    // Three pauses of 0.5 to 2 s, and what the attempts take.
    assertThat(logged(), matchesPattern("(?s).* answers after ([3-9]|[1-9]\\d) s\\..*"));
  }

  @Test
  void aCauseIsLoggedOnceAMinute() throws Exception {
    registry.put(1, "AVRO", "one");
    registry.failures.addAll(List.of(500, 500));
    lookup().find(1);
    assertEquals(2, log.list.size());
  }

  @Test
  void waitsWhileNothingListens() throws Exception {
    int port = registry.port();
    SchemaLookup lookup = lookup();
    registry.close();
    CompletableFuture<RegisteredSchema> found =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return lookup.find(1);
              } catch (DecodeException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    await(() -> logged().contains("cannot connect"));
    assertThat(found.isDone(), is(false));
    registry = new TestRegistry(port);
    registry.put(1, "AVRO", "one");
    assertEquals("one", found.get(2, TimeUnit.MINUTES).text());
    assertThat(
        logged(), matchesPattern("(?s).*cannot connect\\. Decoding has been waiting for \\d+ s.*"));
  }

  @Test
  void waitsForASecretAndNeverLogsOne() throws Exception {
    registry.put(1, "AVRO", "one");
    TestSecrets.VALUES.put("env:BROKEN_TOKEN", "two\nlines");
    SchemaLookup broken = lookup("registry_token", "env:BROKEN_TOKEN");
    SchemaLookup absent = lookup("registry_token", "env:ABSENT_TOKEN");
    CompletableFuture<Void> set =
        CompletableFuture.runAsync(
            () -> {
              try {
                await(() -> logged().contains("secret env:BROKEN_TOKEN"));
              } finally {
                TestSecrets.VALUES.put("env:BROKEN_TOKEN", "good");
                TestSecrets.VALUES.put("env:ABSENT_TOKEN", "good");
              }
            });
    assertEquals("one", broken.find(1).text());
    assertEquals("one", absent.find(1).text());
    set.join();
    assertThat(logged(), containsString("secret env:BROKEN_TOKEN: expected a token of visible"));
    assertThat(logged(), not(containsString("two")));
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    SchemaLookup lookup = SchemaRegistry.open(Map.of("registry", "http://127.0.0.1:" + port));
    SchemasById<String> schemas = new SchemasById<>(lookup, (id, schema) -> schema.text());
    AtomicReference<Throwable> ended = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                schemas.get(1);
              } catch (DecodeException | IllegalStateException e) {
                ended.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    waiting.start();
    await(() -> logged().contains("cannot connect"));
    waiting.interrupt();
    waiting.join(60_000);
    assertTrue(ended.get() instanceof IllegalStateException, String.valueOf(ended.get()));
    assertEquals(true, interrupted.get());
  }

  @Test
  void aSchemaIsAskedForOnce() throws Exception {
    registry.put(1, "AVRO", "one");
    registry.put(2, "AVRO", "two");
    SchemasById<String> schemas = new SchemasById<>(lookup(), (id, schema) -> schema.text());
    for (int i = 0; i < 3; i++) {
      assertEquals("one", schemas.get(1));
      assertEquals("one", schemas.get(1));
      assertEquals("two", schemas.get(2));
      assertThrows(DecodeException.class, () -> schemas.get(3));
    }
    assertEquals(List.of("/schemas/ids/1", "/schemas/ids/2", "/schemas/ids/3"), registry.requests);
  }
}
