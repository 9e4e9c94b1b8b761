package io.millrace.cli.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractDiffCommandTest {
  private static final Path SHIPPED =
      MillraceProcess.root().resolve("test-data/contracts/query-events.yaml");

  @TempDir private Path directory;

  private String with(String part, String other) throws Exception {
    Path file = directory.resolve("new.yaml");
    return Files.writeString(file, Files.readString(SHIPPED).replace(part, other)).toString();
  }

  private static MillraceProcess.Result diff(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "contract";
    all[1] = "diff";
    System.arraycopy(args, 0, all, 2, args.length);
    return MillraceCommand.run(all);
  }

  @Test
  void saysWhatChangedAndWhatItMeans() throws Exception {
    String wider =
        with("{path: metadata.duration_ms, type: int64}", "{path: metadata.ms, type: float64}");

    MillraceProcess.Result result = diff(SHIPPED.toString(), wider);

    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(
        result.out(),
        is(
            """
            full      fields.duration_ms: removed
            full      fields.duration_ms: added, `float64`; it was undeclared, and could be anything
            full: each version accepts the records of the other
            """));
  }

  @Test
  void aDemandThatIsNotMet() throws Exception {
    String changed =
        with(
            "rows_affected: {path: metadata.rows_affected, type: int64}",
            "rows_affected: {path: metadata.rows_affected, type: int32}");

    MillraceProcess.Result result =
        diff("--require=backward", "--json", SHIPPED.toString(), changed);

    assertThat(result.exitCode(), is(1));
    assertThat(
        result.out(),
        startsWith(
            "{\"compatibility\":\"forward\",\"changes\":[{\"place\":\"fields.rows_affected\","
                + "\"what\":\"`int64` is now `int32`\",\"backward\":false,\"forward\":true}]}"));
    assertThat(diff("--require=forward", SHIPPED.toString(), changed).exitCode(), is(0));
  }

  @Test
  void wrongUse() throws Exception {
    MillraceProcess.Result invalid = diff(SHIPPED.toString(), with("type: int64", "type: int"));
    assertThat(invalid.exitCode(), is(2));
    assertThat(invalid.err(), containsString("fields.duration_ms.type: expected one of"));

    MillraceProcess.Result require = diff("--require=some", SHIPPED.toString(), SHIPPED.toString());
    assertThat(require.exitCode(), is(2));
    assertThat(
        require.err(),
        allOf(containsString("--require: expected backward, forward or full, found some")));
  }
}
