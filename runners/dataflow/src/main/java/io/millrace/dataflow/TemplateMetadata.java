package io.millrace.dataflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.options.MillraceOptionsRegistrar;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a Flex Template says of itself, made from the declarations of the options: {@code
 * template/metadata.json} is this class's output, and a test fails if it is not.
 */
public final class TemplateMetadata {
  private static final Set<String> REQUIRED = Set.of("input", "output", "contract");

  /** What means something on the launching machine alone, or is always refused on Dataflow. */
  private static final Set<String> LEFT_OUT =
      Set.of("dryRun", "clickHouseCaFile", "pubsubEmulator");

  private static final String DURATION =
      "^([0-9]+(ms|s|m|h|d)|P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?)$";
  private static final String DEAD_LETTERS = "(table|kafka://[^/]+/[^,]+|pubsub://[^,]+)";
  private static final String GCP_SECRET =
      "gcp-secret:projects/[a-z0-9.:-]+/secrets/[A-Za-z0-9_-]+/versions/[A-Za-z0-9_-]+";

  /** What a value must look like, where its type does not tell. */
  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("input", "^(kafka|pubsub)://.+$"),
          Map.entry("output", "^(clickhouse|bigquery)://.+$"),
          Map.entry("contract", "^gs://.+$"),
          Map.entry("clickHouseUser", "^([A-Za-z0-9_.@-]+|" + GCP_SECRET + ")$"),
          Map.entry("clickHousePassword", "^" + GCP_SECRET + "$"),
          Map.entry("clickHouseAnswerTimeout", DURATION),
          Map.entry("clickHouseWriter", "^(millrace|beam-io)$"),
          Map.entry("bigQueryMethod", "^(exactly-once|at-least-once)$"),
          Map.entry("bigQueryTriggeringFrequency", DURATION),
          Map.entry("bigQueryDatasetLocation", "^[A-Za-z0-9-]+$"),
          Map.entry("deadLetters", "^" + DEAD_LETTERS + "(," + DEAD_LETTERS + ")*$"),
          Map.entry("kafkaIsolationLevel", "^(read_committed|read_uncommitted)$"),
          Map.entry("onOperatorError", "^(wait|fail)$"),
          Map.entry("batching", "^(state|bundle)$"),
          Map.entry("allowedLateness", DURATION),
          Map.entry("outOfOrderness", DURATION),
          Map.entry("maxBatchAge", DURATION));

  private TemplateMetadata() {}

  /** Names of the template's parameters. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    getters().forEach(getter -> names.add(name(getter)));
    return names;
  }

  /** The file's text. */
  static String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("name", "Millrace");
    root.put(
        "description",
        "Telemetry from Kafka or Pub/Sub into ClickHouse or BigQuery, every record accounted for");
    root.put("streaming", true);
    // Between its steps an event must not be repeated: the equation counts it where it ends.
    root.put("supportsAtLeastOnce", false);
    root.put("supportsExactlyOnce", true);
    ArrayNode parameters = root.putArray("parameters");
    getters().forEach(getter -> describe(getter, parameters.addObject()));
    try {
      DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
      printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
      return mapper.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Required ones first, then by name. */
  private static List<Method> getters() {
    List<Method> getters = new ArrayList<>();
    List<Class<?>> all = new ArrayList<>(MillraceOptionsRegistrar.flags());
    all.add(DataflowLaunchOptions.class);
    for (Class<?> options : all) {
      Arrays.stream(options.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Description.class))
          .filter(method -> !LEFT_OUT.contains(name(method)))
          .forEach(getters::add);
    }
    getters.sort(
        Comparator.comparing((Method getter) -> !REQUIRED.contains(name(getter)))
            .thenComparing(TemplateMetadata::name));
    return getters;
  }

  private static void describe(Method getter, ObjectNode parameter) {
    String name = name(getter);
    String text = getter.getAnnotation(Description.class).value();
    parameter.put("name", name);
    parameter.put("label", label(name));
    parameter.put("helpText", helpText(text, name));
    parameter.put("paramType", name.equals("contract") ? "GCS_READ_FILE" : "TEXT");
    parameter.put("isOptional", !REQUIRED.contains(name));
    parameter.putArray("regexes").add(pattern(getter));
    String preset = preset(getter);
    if (preset != null) {
      parameter.put("defaultValue", preset);
    }
  }

  /** A sentence of what the option does, and an example of a value that the pattern lets pass. */
  private static String helpText(String description, String name) {
    int first = description.indexOf("Example: ");
    String says = (first < 0 ? description : description.substring(0, first)).strip();
    String example = examples(description, name).stream().findFirst().orElse(null);
    return example == null ? says : says + " Example: " + example;
  }

  /** The values of a description's examples that fit the pattern. */
  static List<String> examples(String description, String name) {
    List<String> values = new ArrayList<>();
    String marker = "Example: --" + name + "=";
    for (int at = description.indexOf(marker); at >= 0; ) {
      int end = description.indexOf(" Example: ", at);
      String value =
          description.substring(at + marker.length(), end < 0 ? description.length() : end).strip();
      String pattern = PATTERNS.get(name);
      if (pattern == null || value.matches(pattern)) {
        values.add(value);
      }
      at = end < 0 ? -1 : description.indexOf(marker, end);
    }
    return values;
  }

  private static String pattern(Method getter) {
    String pattern = PATTERNS.get(name(getter));
    if (pattern != null) {
      return pattern;
    }
    Class<?> type = getter.getReturnType();
    if (type == int.class || type == long.class) {
      return "^[0-9]+$";
    }
    return type == boolean.class ? "^(true|false)$" : "^.+$";
  }

  private static @Nullable String preset(Method getter) {
    String flag = "--" + name(getter) + "=";
    for (String ours : DataflowDefaults.addTo(List.of())) {
      if (ours.startsWith(flag)) {
        return ours.substring(flag.length());
      }
    }
    if (getter.isAnnotationPresent(Default.Integer.class)) {
      return Integer.toString(getter.getAnnotation(Default.Integer.class).value());
    }
    if (getter.isAnnotationPresent(Default.Long.class)) {
      return Long.toString(getter.getAnnotation(Default.Long.class).value());
    }
    if (getter.isAnnotationPresent(Default.Boolean.class)) {
      return Boolean.toString(getter.getAnnotation(Default.Boolean.class).value());
    }
    if (getter.isAnnotationPresent(Default.String.class)) {
      return getter.getAnnotation(Default.String.class).value();
    }
    return null;
  }

  /** {@code maxBatchRows}: Max batch rows. */
  private static String label(String name) {
    StringBuilder label = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (i == 0) {
        label.append(Character.toUpperCase(c));
      } else if (Character.isUpperCase(c)) {
        label.append(' ').append(Character.toLowerCase(c));
      } else {
        label.append(c);
      }
    }
    return label.toString();
  }

  private static String name(Method getter) {
    String name = getter.getName();
    String bare = name.substring(name.startsWith("is") ? 2 : 3);
    return Character.toLowerCase(bare.charAt(0)) + bare.substring(1);
  }
}
