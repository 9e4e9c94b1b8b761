package io.millrace.dataflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.io.flags.FlagDeclaration;
import io.millrace.options.MillraceOptionsRegistrar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Generates the Flex Template's metadata, {@code template/metadata.json}, from the declarations of
 * the flags.
 */
public final class TemplateMetadata {
  private TemplateMetadata() {}

  /** Names of the template's parameters. */
  public static Set<String> names() {
    return parameters().stream().map(FlagDeclaration::name).collect(Collectors.toSet());
  }

  /** The file's text. */
  static String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("name", "Millrace");
    root.put(
        "description",
        "Moves telemetry from Kafka or Pub/Sub to ClickHouse or BigQuery and accounts for every"
            + " event");
    root.put("streaming", true);
    // Redelivery between steps would count an event twice.
    root.put("supportsAtLeastOnce", false);
    root.put("supportsExactlyOnce", true);
    ArrayNode parameters = root.putArray("parameters");
    parameters().forEach(flag -> describe(flag, parameters.addObject()));
    try {
      DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
      printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
      return mapper.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Required ones first, then by name. */
  private static List<FlagDeclaration> parameters() {
    List<Class<? extends PipelineOptions>> options =
        new ArrayList<>(MillraceOptionsRegistrar.flags());
    options.add(DataflowLaunchOptions.class);
    return FlagDeclaration.of(options).stream()
        .filter(flag -> !flag.localOnly())
        .sorted(Comparator.comparing(flag -> !flag.required()))
        .toList();
  }

  private static void describe(FlagDeclaration flag, ObjectNode parameter) {
    parameter.put("name", flag.name());
    parameter.put("label", label(flag.name()));
    parameter.put("helpText", helpText(flag));
    // Not GCS_READ_FILE for contracts: the console would look for one file of that name.
    parameter.put("paramType", "TEXT");
    parameter.put("isOptional", !flag.required());
    parameter.putArray("regexes").add(flag.onDataflow());
    String preset = DataflowDefaults.of(flag.name());
    String value = preset == null ? flag.preset() : preset;
    if (value != null) {
      parameter.put("defaultValue", value);
    }
  }

  /** The flag's help, with an example that Dataflow accepts. */
  private static String helpText(FlagDeclaration flag) {
    return flag.examples().stream()
        .filter(value -> value.matches(flag.onDataflow()))
        .findFirst()
        .map(value -> flag.help() + " Example: " + value)
        .orElse(flag.help());
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
}
