package io.millrace.security;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretReferenceTest {
  @TempDir Path directory;

  @Test
  void readsAFileWithoutItsLastLineEnd() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), " p w \r\n");
    SecretReference reference = SecretReference.parse("file:" + file);
    assertThat(reference.resolve(), is(" p w "));
    assertThat(reference.toString(), is("file:" + file));
    assertThat(SerializableUtils.clone(reference), is(reference));
  }

  @Test
  void readsTheEnvironment() {
    assertThat(SecretReference.parse("env:PATH").resolve(), is(System.getenv("PATH")));
  }

  @Test
  void namesTheReferenceIfThereIsNoSecret() {
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> SecretReference.parse("env:MILLRACE_NOT_SET").resolve())
            .getMessage(),
        is("secret env:MILLRACE_NOT_SET: the environment variable is not set"));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> SecretReference.parse("file:" + directory.resolve("none")).resolve())
            .getMessage(),
        containsString("cannot be read (NoSuchFileException)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3cret", "gcp-secret:s3cret", "env:s3cret-word", "file:s3cret", "env:", ""})
  void refusesAnythingElseWithoutRepeatingIt(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> SecretReference.parse(text))
            .getMessage();
    assertThat(message, containsString("expected"));
    assertThat(message, not(containsString("s3cret")));
  }
}
