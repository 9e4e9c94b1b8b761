package io.millrace.file;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePreflightTest {
  @TempDir private Path directory;

  private List<String> check(String name) {
    return FilePreflight.check(new FileAddress(directory + "/" + name));
  }

  @Test
  void filesThatAreThereAreNoProblem() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "");
    Files.writeString(directory.resolve("b.jsonl"), "");
    assertThat(check("a.jsonl"), empty());
    assertThat(check("*.jsonl"), empty());
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(
        check("a.jsonl"),
        contains("file " + directory + "/a.jsonl does not exist: correct --input"));
    assertThat(
        check("*.jsonl"), contains("no file matches " + directory + "/*.jsonl: correct --input"));
    assertThat(
        check("sub/*.jsonl"),
        contains("directory " + directory + "/sub does not exist: correct --input"));
  }

  @Test
  void aDirectoryIsNoFile() throws IOException {
    Files.createDirectory(directory.resolve("sub"));
    assertThat(
        check("sub"),
        contains(
            directory
                + "/sub is a directory: name its files, such as --input=file://"
                + directory
                + "/sub/*.jsonl"));
  }

  @Test
  void aDeviceIsNoFile() {
    assertThat(
        FilePreflight.check(new FileAddress("/dev/zero")),
        contains(
            "file /dev/zero cannot be read: it is a device or a pipe, not a regular file; copy"
                + " its content to a file"));
    assertThat(FilePreflight.unreadable(new FileAddress("/dev/zero")), hasSize(1));
    assertThat(FilePreflight.unreadable(new FileAddress(directory + "/none")), empty());
  }

  @Test
  void whatMayNotBeReadIsNamedAndNotAThousandTimes() throws IOException {
    for (int i = 0; i < 30; i++) {
      Files.writeString(directory.resolve(i + ".jsonl"), "");
    }
    assertThat(
        FilePreflight.check(new FileAddress(directory + "/7.jsonl"), path -> false),
        contains("file " + directory + "/7.jsonl is not readable: allow this user to read it"));
    List<String> all = FilePreflight.check(new FileAddress(directory + "/*.jsonl"), path -> false);
    assertThat(all, hasSize(11));
    assertThat(all.get(10), equalTo("and 20 more files are not readable"));
    assertThat(
        FilePreflight.check(new FileAddress(directory + "/*.none"), path -> false),
        contains("directory " + directory + " is not readable: allow this user to read it"));
  }
}
