package io.millrace.local.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching the engine, with a package and an npm of the test's own. */
class ChdbLibraryTest {
  private static final byte[] CONTENT =
      "not really a library, but 1000 bytes".repeat(30).getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;
  private Path archive;
  private final Properties release = new Properties();

  @BeforeEach
  void packIt() throws Exception {
    Path unpacked = Files.createDirectories(directory.resolve("in").resolve("package"));
    Files.writeString(unpacked.resolve("index.js"), "// comes first");
    Files.write(unpacked.resolve("libchdb.so"), CONTENT);
    archive = directory.resolve("fake-1.2.3.tgz");
    Process tar =
        new ProcessBuilder(
                "tar",
                "czf",
                archive.toString(),
                "-C",
                directory.resolve("in").toString(),
                "package/index.js",
                "package/libchdb.so")
            .inheritIO()
            .start();
    assertThat(tar.waitFor(), is(0));
    release.setProperty("version", "1.2.3");
    release.setProperty("package", "@fake/lib");
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
    release.setProperty("sha512", Base64.getEncoder().encodeToString(digest));
  }

  private ChdbLibrary library(String npm) {
    return new ChdbLibrary(directory.resolve("cache"), npm, "Linux amd64", release);
  }

  private String npm(String script) throws IOException {
    Path npm = directory.resolve("npm");
    Files.writeString(npm, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
    return npm.toString();
  }

  private String packing() throws IOException {
    return npm(
        "[ \"$1 $2\" = 'pack @fake/lib@1.2.3' ] && echo run >> "
            + directory.resolve("runs")
            + " && cp "
            + archive
            + " .");
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> files =
        Files.list(directory.resolve("cache").resolve("chdb").resolve("1.2.3"))) {
      return files.filter(file -> !file.endsWith("fetch.lock")).toList();
    }
  }

  @Test
  void isFetchedOnceAlsoWhenTwoAsk() throws IOException {
    ChdbLibrary library = library(packing());
    List<CompletableFuture<Path>> both =
        Stream.of(1, 2)
            .map(i -> CompletableFuture.supplyAsync(() -> library.locate(line -> {})))
            .toList();
    for (CompletableFuture<Path> one : both) {
      assertThat(Arrays.equals(Files.readAllBytes(one.join()), CONTENT), is(true));
    }
    assertThat(Files.readAllLines(directory.resolve("runs")), hasSize(1));
    assertThat("no temporary files are left", cached(), is(List.of(both.get(0).join())));
  }

  @Test
  void aWrongChecksumIsRefused() throws IOException {
    release.setProperty("sha512", "AAAA");
    ChdbLibrary library = library(packing());
    LocalStackException refused =
        assertThrows(LocalStackException.class, () -> library.locate(line -> {}));
    assertThat(refused.getMessage(), containsString("wrong checksum"));
    assertThat(cached(), is(List.of()));
  }

  @Test
  void failuresSayWhatToDo() throws IOException {
    ChdbLibrary none = library(directory.resolve("nosuch").toString());
    LocalStackException missing =
        assertThrows(LocalStackException.class, () -> none.locate(line -> {}));
    assertThat(missing.getMessage(), containsString("npm is required"));
    assertThat(missing.getMessage(), containsString("--clickhouse=URL"));

    ChdbLibrary failing =
        library(npm("echo 'npm error code ENOTFOUND'; echo 'npm error host secret.host'; exit 1"));
    LocalStackException offline =
        assertThrows(LocalStackException.class, () -> failing.locate(line -> {}));
    assertThat(offline.getMessage(), containsString("(ENOTFOUND). Check the network"));
    assertThat(offline.getMessage().contains("secret.host"), is(false));

    ChdbLibrary foreign =
        new ChdbLibrary(directory.resolve("cache"), "npm", "Mac OS X aarch64", release);
    LocalStackException platform =
        assertThrows(LocalStackException.class, () -> foreign.locate(line -> {}));
    assertThat(platform.getMessage(), containsString("only Linux x86_64"));
  }

  @Test
  void theReleaseIsPinnedAndTheCacheCanBeMoved() {
    Properties pinned = ChdbLibrary.pinnedRelease();
    assertThat(pinned.getProperty("version").matches("\\d+\\.\\d+\\.\\d+"), is(true));
    assertThat(Base64.getDecoder().decode(pinned.getProperty("sha512")).length, is(64));
    assertThat(ChdbLibrary.cacheDirectory(Map.of("MILLRACE_CACHE", "/x/y")), is(Path.of("/x/y")));
    assertThat(ChdbLibrary.cacheDirectory(Map.of()).endsWith(".cache/millrace"), is(true));
  }
}
