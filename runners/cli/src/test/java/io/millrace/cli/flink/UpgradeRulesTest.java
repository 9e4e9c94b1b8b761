package io.millrace.cli.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.flink.FlinkDefaults;
import io.millrace.options.MillraceOptions;
import io.millrace.options.MillraceOptionsRegistrar;
import io.millrace.options.RunConfig;
import io.millrace.options.StateSettings;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an upgrade may change: every flag and every key of a contract stands in docs/flink.md with a
 * verdict, and is treated so. A flag or key that is new fails here until it has a row there and an
 * example here.
 */
class UpgradeRulesTest {
  private static final Path DOCS = Path.of("../../docs/flink.md");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern KEYS = Pattern.compile("unknown key; expected one of ([^;]*)");

  /** Changes of steps, which Flink refuses by their names, and what has no value to try here. */
  private static final Set<String> BY_STEPS =
      Set.of("batching", "clickHouseWriter", "bigQueryMethod", "bigQueryStreams");

  private static final Set<String> NOT_TRIED =
      Set.of("contract", "clickHouseCaFile", "alertCaFile");

  @TempDir private Path directory;

  /** The verdict of each row of the tables in the docs, by the names in its first column. */
  private static Map<String, String> verdicts() throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (String line : Files.readAllLines(DOCS)) {
      String[] cells = line.split("\\|", -1);
      if (cells.length < 5) {
        continue;
      }
      String verdict = cells[2].strip().split("\\W", 2)[0];
      if (Set.of("free", "rearranged", "refused").contains(verdict)) {
        Matcher names = NAME.matcher(cells[1]);
        while (names.find()) {
          String before = verdicts.put(names.group(1), verdict);
          assertThat(names.group(1) + " stands in the docs twice", before, equalTo(null));
        }
      }
    }
    return verdicts;
  }

  private static String verdict(Map<String, String> verdicts, String name) {
    return Optional.ofNullable(verdicts.get(name))
        .orElseThrow(
            () ->
                new AssertionError(
                    DOCS
                        + ", Upgrade, does not say whether `"
                        + name
                        + "` may change in a job that goes on from a savepoint: add a row, with"
                        + " free, rearranged or refused, and see StateSettings"));
  }

  private StateSettings settings(String contract, List<String> flags) throws IOException {
    Path file = Files.writeString(directory.resolve("contract.yaml"), contract);
    // A file that a contract of the examples names.
    Files.write(
        directory.resolve("ca.pem"), Files.readAllBytes(Path.of("src/test/resources/ca.pem")));
    List<String> all = new ArrayList<>(flags);
    all.add("--contract=" + file);
    all.add("--runner=FlinkRunner");
    return StateSettings.of(
        RunConfig.of(
            PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).as(MillraceOptions.class)));
  }

  private static List<String> base(String flag) {
    boolean pubsub = flag.startsWith("pubsub");
    List<String> flags = new ArrayList<>();
    flags.add("--input=" + (pubsub ? "pubsub://my-project/events" : "kafka://a:9092/t"));
    flags.add("--output=clickhouse://b:8123/db");
    if (flag.equals("deadLetterKafkaConfig")) {
      flags.add("--deadLetters=kafka://127.0.0.1:1/dead");
    }
    if (flag.equals("alertKafkaConfig")) {
      flags.add("--alerts=kafka://127.0.0.1:1/alerts");
    }
    if (pubsub) {
      flags.add("--pubsubIdAttribute=id");
      flags.add("--pubsubTimestampAttribute=at");
      flags.add("--pubsubEmulator=127.0.0.1:1");
    }
    return flags;
  }

  private static List<String> millracesFlags() {
    return MillraceOptionsRegistrar.flags().stream()
        .flatMap(flags -> Arrays.stream(flags.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .map(Method::getName)
        .map(name -> name.replaceFirst("^(get|is)", ""))
        .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        .sorted()
        .toList();
  }

  @Test
  void everyFlagIsTreatedAsTheDocsSay() throws IOException {
    Map<String, String> verdicts = verdicts();
    List<String> flags = millracesFlags();
    assertThat(flags, hasItems("dedupShards", "rollupShards"));
    for (String flag : flags) {
      String verdict = verdict(verdicts, "--" + flag);
      if (BY_STEPS.contains(flag)) {
        assertThat("--" + flag, verdict, equalTo("refused"));
      }
      if (BY_STEPS.contains(flag) || NOT_TRIED.contains(flag)) {
        continue;
      }
      String value = UpgradeExamples.FLAGS.get(flag);
      assertThat("another value of --" + flag + " to try", value, not(equalTo(null)));
      List<String> before = base(flag);
      List<String> next = SubmittedJob.replaced(before, List.of("--" + flag + "=" + value));
      List<String> conflicts =
          settings(UpgradeExamples.CONTRACT, before)
              .conflictsWith(settings(UpgradeExamples.CONTRACT, next));
      assertThat(
          "--" + flag + " is " + verdict + ": " + conflicts,
          !conflicts.isEmpty(),
          equalTo(verdict.equals("refused")));
    }
  }

  @Test
  void everyFlagOfTheRunnerThatIsSetHasAVerdict() throws IOException {
    Map<String, String> verdicts = verdicts();
    List<String> more = List.of("--parallelism=", "--stateBackend=", "--jobName=");
    for (String flag : FlinkDefaults.addTo(more)) {
      String unused = verdict(verdicts, flag.replaceFirst("=.*", ""));
    }
    assertThat(verdict(verdicts, "--maxParallelism"), equalTo("refused"));
    StateSettings before = StateSettings.parse("{}").with("--maxParallelism", String.valueOf(128));
    assertThat(before.conflictsWith(before.with("--maxParallelism", "64")), not(empty()));
  }

  @Test
  void everyKeyOfAContractIsTreatedAsTheDocsSay() throws IOException {
    Map<String, String> verdicts = verdicts();
    Set<String> keys = keys("", null);
    Set<String> inDocs = new TreeSet<>(verdicts.keySet());
    inDocs.removeIf(name -> name.startsWith("--"));
    assertThat("the keys of a contract, all of which are in the docs", inDocs, equalTo(keys));
    for (String key : keys) {
      String verdict = verdict(verdicts, key);
      String[] example = UpgradeExamples.EXAMPLES.get(key);
      assertThat("another value of " + key + " to try", example, not(equalTo(null)));
      List<String> conflicts = conflicts(example[0], example[1].replace('\'', '"'));
      assertThat(
          key + " is " + verdict + ": " + conflicts,
          !conflicts.isEmpty(),
          equalTo(verdict.equals("refused")));
    }
  }

  /** What is said of a job whose contract has one other value. */
  private List<String> conflicts(String pointer, String value) throws IOException {
    List<String> flags = base("");
    String before = UpgradeExamples.CONTRACT;
    if (pointer.equals("/error") && value.contains("\"b\"")) {
      before = with(before, "/error", value.replace("\"b\"", "\"a\""));
    }
    // A field that is there in both, so that only the reference differs.
    String second = "{\"type\": \"timestamp\", \"required\": true}";
    before = with(before, "/fields/at2", second);
    String next = with(before, pointer, value);
    if (pointer.startsWith("/unknown_fields/column")) {
      next = next.replace("\"extra\"", "\"n2\"");
    }
    if (pointer.equals("/event_time/field")) {
      before =
          with(before, "/identity", "[\"id\", \"at\", \"at2\"]")
              .replace("\"at\",\"extra\"", "\"at\",\"at2\",\"extra\"");
      next = with(before, pointer, value);
    }
    return settings(before, flags).conflictsWith(settings(next, flags));
  }

  private static String with(String contract, String pointer, String value) throws IOException {
    JsonNode root = JSON.readTree(contract);
    int last = pointer.lastIndexOf('/');
    ((ObjectNode) root.at(pointer.substring(0, last)))
        .set(pointer.substring(last + 1), JSON.readTree(value));
    return root.toString();
  }

  /**
   * All keys below one, as the loader names them when it meets one that it does not know; names
   * that are free to choose are written {@code *}.
   *
   * @param path empty: the whole contract
   * @param type of a measure; null: the loader's default
   */
  private static Set<String> keys(String path, String type) throws IOException {
    Set<String> all = new TreeSet<>();
    for (String found : List.of("", ".*")) {
      List<String> keys = keysAt(path + found, type);
      for (String key : keys) {
        String below = path.isEmpty() ? key : path + found + "." + key;
        Set<String> deeper = path.split("\\.", -1).length > 6 ? Set.of() : keys(below, null);
        all.addAll(deeper.isEmpty() ? Set.of(below) : deeper);
      }
      if (!keys.isEmpty()) {
        break;
      }
    }
    if (path.endsWith(".measures") && type == null) {
      for (String kind : List.of("quantiles", "sum", "min", "distinct", "count_if", "mean")) {
        all.addAll(keys(path, kind));
      }
    }
    return all;
  }

  private static List<String> keysAt(String path, String type) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(UpgradeExamples.CONTRACT);
    ObjectNode at = root;
    if (!path.isEmpty()) {
      for (String part : path.split("\\.", -1)) {
        String name = part.equals("*") ? "any" : part;
        at = at.get(name) instanceof ObjectNode there ? there : at.putObject(name);
      }
    }
    at.put("no_key", 1);
    if (type != null) {
      at.put("type", type);
    }
    String start = (path.isEmpty() ? "" : path.replace("*", "any") + ".") + "no_key: ";
    ContractException e =
        assertThrows(
            ContractException.class, () -> ContractLoader.parse(root.toString(), "contract"));
    for (String mistake : e.problems()) {
      Matcher keys = KEYS.matcher(mistake);
      if (mistake.contains(": " + start) && keys.find()) {
        return List.of(keys.group(1).split(", "));
      }
    }
    return List.of();
  }

  @Test
  void aFieldOfTheIdentityOrOfARollupKeepsItsType() throws IOException {
    assertThat(conflicts("/fields/id/type", "\"uuid\""), not(empty()));
    assertThat(conflicts("/fields/id/type", "\"text\""), empty());
    assertThat(conflicts("/fields/n/type", "\"float64\""), not(empty()));
    assertThat(conflicts("/fields/kind/type", "\"text\""), not(empty()));
  }

  @Test
  void rollupsAndTheirAlertsMayComeAndGo() throws IOException {
    String without = with(with(UpgradeExamples.CONTRACT, "/alerts", "{}"), "/rollups", "{}");
    List<String> flags = base("");
    assertThat(
        settings(UpgradeExamples.CONTRACT, flags).conflictsWith(settings(without, flags)), empty());
    assertThat(
        settings(without, flags).conflictsWith(settings(UpgradeExamples.CONTRACT, flags)), empty());
  }

  @Test
  void aShorterLatenessFits() throws IOException {
    assertThat(conflicts("/event_time/allowed_lateness", "\"59m\""), empty());
  }
}
