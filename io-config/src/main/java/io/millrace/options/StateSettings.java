package io.millrace.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.alerting.AlertTarget;
import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.OutputConfig;
import io.millrace.rollup.RollupFingerprint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Settings that a job's saved state depends on. A savepoint contains them, and a job that starts
 * from it compares its own. With other settings, state would be lost or counted twice without any
 * error.
 *
 * <p>A setting's name is its flag or its path in the contract. All other settings may change
 * between jobs. Values are canonical texts without secrets. Immutable.
 *
 * @param values by name
 */
public record StateSettings(Map<String, String> values) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

  private static final String LATENESS = "event_time.allowed_lateness";
  private static final String ROLLUPS = "rollups.";
  private static final String CONTRACTS = "--contract";
  private static final String ONE = "one";

  /** Between a contract's name and a setting of it, if there are several. */
  private static final String OF_CONTRACT = ": ";

  /** Lists whose entries may be added and removed, but not reordered. */
  private static final List<String> ORDERED_LISTS =
      List.of("--output", "--deadLetters", "--alerts");

  /** Sorts by name, so that equal settings have equal texts. */
  public StateSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The settings of a run, with its flags' event-time rules. */
  public static StateSettings of(RunConfig config) {
    TreeMap<String, String> values = new TreeMap<>();
    boolean moves = config.input().mayMove();
    if (!moves) {
      values.put("--input", config.input().toString());
    }
    values.putAll(config.input().savedSettings());
    values.put("--dedupShards", String.valueOf(config.dedupShards()));
    // The same sinks for each contract.
    SinkConfig sinks = config.targets().get(0);
    values.put("--output", entries(sinks.outputs(), OutputConfig::address));
    values.put("--deadLetters", entries(sinks.deadLetters().outputs(), DeadLetterOutput::address));
    values.put("--alerts", entries(sinks.alerts().targets(), AlertTarget::address));
    List<Contract> contracts = config.contracts();
    values.put(CONTRACTS, contracts.size() == 1 ? ONE : "several");
    if (!moves) {
      values.put(
          "event_time.out_of_orderness",
          Durations.format(config.readingContract().time().outOfOrderness()));
    }
    for (Contract contract : contracts) {
      String prefix = contracts.size() == 1 ? "" : contract.name() + OF_CONTRACT;
      of(contract, config).forEach((name, value) -> values.put(prefix + name, value));
    }
    return new StateSettings(values);
  }

  private static Map<String, String> of(Contract contract, RunConfig config) {
    Map<String, String> values = new TreeMap<>();
    values.put("event_time.field", contract.eventTime());
    values.put("event_time.bucket", Durations.format(contract.time().bucket()));
    values.put(LATENESS, Durations.format(contract.time().allowedLateness()));
    values.put("identity", identity(contract));
    for (Rollup rollup : contract.rollups()) {
      String path = ROLLUPS + rollup.table();
      values.put(path + ".window", window(rollup.window()));
      values.put(path + ".computation", RollupFingerprint.text(contract, rollup));
      if (!rollup.sessions()) {
        // Sessions have no early results, and their keys have no shards.
        values.put(path + ".early", rollup.early() == null ? "none" : format(rollup.early()));
        values.put("--rollupShards", String.valueOf(config.rollupShards()));
      }
    }
    return values;
  }

  private static <T> String entries(List<T> entries, Function<T, String> address) {
    return entries.stream().map(address).collect(Collectors.joining(" "));
  }

  private static String format(Duration duration) {
    return Durations.format(duration);
  }

  private static String window(RollupWindow window) {
    return switch (window.kind()) {
      case FIXED -> "fixed " + format(window.size());
      case SLIDING -> "sliding " + format(window.size()) + " every " + format(window.period());
      case SESSION -> "session " + format(window.size());
    };
  }

  /** The identity fields in order, each with the type that its value is hashed as. */
  private static String identity(Contract contract) {
    return contract.identity().stream()
        .map(name -> contract.fields().get(contract.indexOf(name)))
        .map(field -> field.name() + ":" + hashedAs(field))
        .collect(Collectors.joining(", "));
  }

  private static String hashedAs(FieldDefinition field) {
    FieldType type = field.type();
    return switch (type) {
      case STRING, TEXT, JSON, IPV4, ENUM -> "text";
      case INT32, INT64, UINT64 -> "integer";
      default -> type.contractName();
    };
  }

  /** The same with an additional setting of the runner. */
  public StateSettings with(String name, String value) {
    TreeMap<String, String> more = new TreeMap<>(values);
    more.put(name, value);
    return new StateSettings(more);
  }

  /**
   * Parses the output of {@link #toJson}, of this or another version.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static StateSettings parse(String json) {
    try {
      return new StateSettings(JSON.readValue(json, TEXTS));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the state settings of a job", e);
    }
  }

  /** One JSON object; equal settings have equal texts. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always valid JSON", e);
    }
  }

  /**
   * Finds the settings with which another job cannot use this job's state.
   *
   * @param next the settings of that job
   * @return one line for each: the setting, both values, the reason and the remedy; empty if the
   *     state is compatible
   */
  public List<String> conflictsWith(StateSettings next) {
    List<String> conflicts = new ArrayList<>();
    String contracts = next.values.get(CONTRACTS);
    // Savepoints from before there were several contracts
    if (!values.containsKey(CONTRACTS) && contracts != null && !contracts.equals(ONE)) {
      conflicts.add(conflict(CONTRACTS, ONE, contracts));
    }
    for (Map.Entry<String, String> saved : values.entrySet()) {
      String name = saved.getKey();
      // A removed roll-up needs no state. Another version may not have all settings.
      String now = next.values.get(name);
      if (now != null && !fits(name, saved.getValue(), now)) {
        conflicts.add(conflict(name, saved.getValue(), now));
      }
    }
    return conflicts;
  }

  /** The name of a setting without that of its contract. */
  private static String plain(String name) {
    int end = name.lastIndexOf(OF_CONTRACT);
    return end < 0 ? name : name.substring(end + OF_CONTRACT.length());
  }

  private static boolean fits(String setting, String saved, String now) {
    String name = plain(setting);
    if (name.equals(LATENESS)) {
      return Durations.parse(now).compareTo(Durations.parse(saved)) <= 0;
    }
    return ORDERED_LISTS.contains(name) ? moved(saved, now).isEmpty() : saved.equals(now);
  }

  /** An entry that is at another index in both lists; empty if there is none. */
  private static String moved(String saved, String now) {
    List<String> before = List.of(saved.split(" ", -1));
    List<String> after = List.of(now.split(" ", -1));
    return before.stream()
        .filter(entry -> after.contains(entry) && after.indexOf(entry) != before.indexOf(entry))
        .findFirst()
        .orElse("");
  }

  private static String conflict(String name, String saved, String now) {
    if (ORDERED_LISTS.contains(name)) {
      return ("%s: `%s` is at another position in the list than in the savepoint: rows, dead"
              + " letters or alerts that wait would go to another destination. Keep the order")
          .formatted(name, moved(saved, now));
    }
    boolean computation = name.endsWith(".computation");
    String shown =
        computation
            ? name.substring(0, name.lastIndexOf('.')) + ": other measures, group_by or where"
            : alsoFlag(name) + ": `" + now + "`";
    String had = computation ? " than in the savepoint" : ", but the savepoint has `" + saved + "`";
    return shown + had + ": " + reason(name) + ". " + remedy(name, saved);
  }

  private static String alsoFlag(String name) {
    return switch (plain(name)) {
      case LATENESS -> name + " or --allowedLateness";
      case "event_time.out_of_orderness" -> name + " or --outOfOrderness";
      default -> name;
    };
  }

  private static String reason(String setting) {
    String name = plain(setting);
    if (name.equals("--rollupShards") || name.endsWith(".window") || name.endsWith(".early")) {
      return "an open window would be split into two rows, and its totals would stay wrong";
    }
    if (name.startsWith(ROLLUPS)) {
      return "the totals of open windows cannot be continued";
    }
    return switch (name) {
      case LATENESS ->
          "identities already removed from state would be accepted again; a shorter lateness is"
              + " allowed";
      case "--dedupShards", "identity", "event_time.field", "event_time.bucket" ->
          "identities in the savepoint would not be found, and duplicates would be accepted";
      case CONTRACTS -> "with several contracts, each has steps of its own name";
      case "--maxParallelism" -> "state is partitioned into that many key groups";
      default -> "the savepoint contains the source's configuration";
    };
  }

  private static String remedy(String name, String saved) {
    if (plain(name).startsWith(ROLLUPS)) {
      return "Rename the roll-up, or keep its definition";
    }
    return "Keep `" + saved + "`, or start a job without the savepoint (docs/flink.md, Upgrade)";
  }

  @Override
  public String toString() {
    return toJson();
  }
}
