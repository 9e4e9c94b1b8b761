package io.millrace.file;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.fixtures.TestDeadLetters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class SendToFilesTest {
  @TempDir private Path directory;

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void everyDeadLetterIsALineOfAFileThatIsComplete(TestPipeline pipeline) throws Exception {
    List<DeadLetter> letters = TestDeadLetters.numbers(300);
    PCollection<DeadLetter> sent =
        pipeline
            .apply(Create.of(letters).withCoder(DeadLetterCoder.of()))
            .apply(SendToFiles.parse("file://" + directory + "/").send(""));
    PAssert.that(sent).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();

    List<Path> files = files(directory);
    assertThat("not a file for each bundle", files, hasSize(1));
    assertThat(
        files.get(0).getFileName().toString(),
        matchesPattern("dead-letters-\\d{8}T\\d{6}\\.\\d{3}Z-[-0-9a-f]{36}\\.jsonl"));
    Map<Long, byte[]> values = new HashMap<>();
    for (String line : Files.readAllLines(files.get(0))) {
      JsonNode json = new ObjectMapper().readTree(line);
      values.put(json.path("offset").asLong(), json.path("value").binaryValue());
    }
    assertThat(values.size(), is(300));
    for (DeadLetter letter : letters) {
      assertThat(values.get(letter.origin().offset()), equalTo(letter.origin().value()));
    }
  }

  @Test
  void aDirectoryThatIsGoneIsWaitedForAndNothingHalfIsLeft() throws Exception {
    Path gone = directory.resolve("gone");
    List<String> ids = new ArrayList<>(List.of("a", "b", "c"));
    FileSender sender = new FileSender(gone, "", () -> 0, () -> ids.remove(0));
    Unsent unsent = sender.send(TestDeadLetters.numbers(2));
    assertThat(unsent.letters(), hasSize(2));
    assertThat(unsent.operator(), is(true));
    assertThat(unsent.reason(), startsWith("cannot write a file: "));
    Files.createDirectory(gone);
    assertThat(sender.send(TestDeadLetters.numbers(2)).letters(), empty());
    assertThat(files(gone), contains(gone.resolve("dead-letters-19700101T000000.000Z-b.jsonl")));
    // A name that is taken, as by a directory, leaves no half file.
    Files.createDirectories(gone.resolve("dead-letters-19700101T000000.000Z-c.jsonl/x"));
    assertThat(sender.send(TestDeadLetters.numbers(2)).letters(), hasSize(2));
    assertThat(files(gone), hasSize(2));
  }

  @Test
  void checkNamesADirectoryThatIsMissing() {
    assertThat(SendToFiles.parse("file://" + directory + "/").check(), empty());
    assertThat(
        SendToFiles.parse("file://" + directory + "/none/").check(),
        contains(containsString("dead-letter directory " + directory + "/none does not exist")));
  }
}
