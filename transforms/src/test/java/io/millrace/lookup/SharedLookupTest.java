package io.millrace.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One version for all users in a process, refreshed while it is used. */
@Timeout(60)
class SharedLookupTest {
  @TempDir private Path directory;

  private Lookup lookup(String from, Duration refresh) {
    Lookup base = TestLookups.lookup(Lookup.Kind.CSV, from, 1 << 20, Map.of());
    return new Lookup(
        base.name(),
        base.kind(),
        from,
        base.key(),
        base.keyColumn(),
        base.columns(),
        refresh,
        OnFailure.NULL,
        base.maxBytes(),
        base.options());
  }

  private String write(String name, String content) throws IOException {
    Path other = Files.writeString(directory.resolve(name + ".new"), content);
    Path file = directory.resolve(name);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    return file.toUri().toString();
  }

  private static String found(SharedLookup shared) {
    return Arrays.toString(shared.current().index().find("u1"));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat("in time: " + what, Instant.now().isBefore(end), is(true));
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void loadsANewVersionWhileItIsUsed() throws Exception {
    String from = write("users.csv", "id,c,age\nu1,DE,1\n");
    try (SharedLookup shared =
        SharedLookup.open(lookup(from, Duration.ofMillis(50)), TestLookups.COLUMNS)) {
      assertThat(found(shared), is("[DE, 1]"));
      LookupVersion first = shared.current();
      write("users.csv", "id,c,age\nu1,FR,10\n");
      await("the new version", () -> found(shared).equals("[FR, 10]"));
      assertThat(shared.current().name(), not(is(first.name())));

      // What is wrong or away changes nothing.
      LookupVersion second = shared.current();
      write("users.csv", "id,c,age\nu1,FR,old\n");
      assertThat(
          assertThrows(
                  LookupException.class,
                  () ->
                      Lookups.load(lookup(from, Duration.ofHours(1)), TestLookups.COLUMNS, second))
              .getMessage(),
          containsString("the value for `age` is no int32"));
      Files.delete(directory.resolve("users.csv"));
      assertThat(shared.current().index(), sameInstance(second.index()));

      // The same content again is the same version, and the source counts as read.
      write("users.csv", "id,c,age\nu1,FR,10\n");
      await("the source is read again", () -> shared.current().checked().isAfter(second.checked()));
      assertThat(shared.current().index(), sameInstance(second.index()));
      assertThat(shared.current().name(), is(second.name()));
    }
  }

  @Test
  void waitsForTheFirstVersion() throws Exception {
    String from = directory.resolve("later.csv").toUri().toString();
    try (SharedLookup shared =
        SharedLookup.open(lookup(from, Duration.ofMillis(50)), TestLookups.COLUMNS)) {
      CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> found(shared));
      assertThat(waiting.isDone(), is(false));
      write("later.csv", "id,c,age\nu1,DE,1\n");
      assertThat(waiting.get(30, TimeUnit.SECONDS), is("[DE, 1]"));
    }
  }

  @Test
  void isOneForAllUsersUntilTheLastCloses() throws Exception {
    String from = write("shared.csv", "id,c,age\nu1,DE,1\n");
    Lookup lookup = lookup(from, Duration.ofHours(1));
    SharedLookup one = SharedLookup.open(lookup, TestLookups.COLUMNS);
    SharedLookup other = SharedLookup.open(lookup, TestLookups.COLUMNS);
    assertThat(other, sameInstance(one));
    one.close();
    assertThat(found(other), is("[DE, 1]"));
    other.close();
    try (SharedLookup next = SharedLookup.open(lookup, TestLookups.COLUMNS)) {
      assertThat(next, not(sameInstance(one)));
      assertThat(found(next), is("[DE, 1]"));
    }
  }

  @Test
  void readsCompressedFiles() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("id,c,age\nu1,DE,1\n".getBytes(UTF_8));
    }
    Path file = Files.write(directory.resolve("users.csv.gz"), bytes.toByteArray());
    LookupVersion version =
        Lookups.load(
            lookup(file.toUri().toString(), Duration.ofHours(1)), TestLookups.COLUMNS, null);
    assertThat(Arrays.toString(version.index().find("u1")), is("[DE, 1]"));
  }

  @Test
  void readsOverHttpOnlyWhatChanged() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> answered = new ArrayList<>();
    server.createContext(
        "/users.csv",
        exchange -> {
          boolean known = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          answered.add(
              exchange.getRequestHeaders().getFirst("Authorization") + (known ? " known" : ""));
          exchange.getResponseHeaders().add("ETag", "\"v1\"");
          byte[] body = "id,c,age\nu1,DE,1\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(known ? 304 : 200, known ? -1 : body.length);
          if (!known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      Lookup lookup = lookup(base + "/users.csv", Duration.ofHours(1));
      LookupVersion first = Lookups.load(lookup, TestLookups.COLUMNS, null);
      LookupVersion second = Lookups.load(lookup, TestLookups.COLUMNS, first);
      assertThat(second.index(), sameInstance(first.index()));
      assertThat(answered, is(List.of("null", "null known")));

      LookupException absent =
          assertThrows(
              LookupException.class,
              () ->
                  Lookups.load(
                      lookup(base + "/other.csv", Duration.ofHours(1)), TestLookups.COLUMNS, null));
      assertThat(absent.getMessage(), containsString("HTTP status 404"));
    } finally {
      server.stop(0);
    }
    LookupException away =
        assertThrows(
            LookupException.class,
            () ->
                Lookups.load(
                    lookup(
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/users.csv",
                        Duration.ofHours(1)),
                    TestLookups.COLUMNS,
                    null));
    assertThat(
        away.getMessage(), is("cannot connect; check the URL and that the server is running"));
  }
}
