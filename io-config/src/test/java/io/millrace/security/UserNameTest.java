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

class UserNameTest {
  @TempDir private Path directory;

  @Test
  void isANameOrAReferenceToIt() throws Exception {
    UserName plain = UserName.parse("jo.doe-2@example_x");
    assertThat(plain.resolve(), is("jo.doe-2@example_x"));
    assertThat(plain.hide(plain.resolve(), "jo.doe-2@example_x came"), is(plain + " came"));

    Path file = Files.writeString(directory.resolve("user"), "jo\n");
    UserName reference = SerializableUtils.clone(UserName.parse("file:" + file));
    assertThat(reference.resolve(), is("jo"));
    assertThat(reference.toString(), is("file:" + file));
    assertThat(reference.hide("jo", "who is jo?"), is("who is file:" + file + "?"));
    Files.writeString(file, "jo:secret");
    assertThat(
        assertThrows(IllegalArgumentException.class, reference::resolve).getMessage(),
        is("secret file:" + file + ": expected a user name, not empty and without a colon"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "me:s3cret", "vault:s3cret", "env:s3cret-1", "a s3cret", "s3cret!"})
  void refusesAnythingElseWithoutRepeatingIt(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> UserName.parse(text)).getMessage();
    assertThat(message, containsString("expected"));
    assertThat(message, not(containsString("s3cret")));
  }
}
