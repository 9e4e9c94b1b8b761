package io.millrace.decode.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import io.millrace.decode.FormatCheck;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.registry.RegisteredSchema;
import io.millrace.decode.registry.RegistryCheck;
import io.millrace.decode.registry.SchemaRegistry;
import io.millrace.event.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Protobuf's wire format, one event a record: by one message of a descriptor set that the contract
 * names, or by the schema of a registry that the record names.
 */
public final class ProtobufFormat implements RecordDecoder.Factory {
  static final String SCHEMA = "schema";
  static final String MESSAGE = "message";

  @Override
  public String name() {
    return "protobuf";
  }

  @Override
  public Map<String, Set<String>> options() {
    Map<String, Set<String>> options = new LinkedHashMap<>();
    options.put(SCHEMA, Set.of());
    options.put(MESSAGE, Set.of());
    options.put(SchemaRegistry.URL, Set.of());
    SchemaRegistry.OPTIONS.forEach(option -> options.put(option, Set.of()));
    return options;
  }

  @Override
  public Set<String> fileOptions() {
    return Set.of(SCHEMA, SchemaRegistry.CA);
  }

  @Override
  public String fileContent(String option, byte[] content) {
    return option.equals(SchemaRegistry.CA)
        ? SchemaRegistry.certificates(content)
        : Base64.getEncoder().encodeToString(content);
  }

  @Override
  public List<OptionProblem> problems(Map<String, String> options, List<FieldDefinition> fields) {
    boolean registry = SchemaRegistry.isNamed(options);
    if (options.containsKey(SCHEMA) == registry || options.containsKey(MESSAGE) == registry) {
      return List.of(
          new OptionProblem(
              "",
              "expected {type: protobuf, schema: FILE, message: NAME} or {type: protobuf,"
                  + " registry: URL}"));
    }
    List<OptionProblem> problems = new ArrayList<>(SchemaRegistry.problems(options));
    if (!registry) {
      try {
        MessagePlan.compile(message(options), RowTarget.of(fields, RowSchemas.of(fields), true))
            .problems()
            .forEach(
                (path, problem) -> problems.add(new OptionProblem(MESSAGE, path + ": " + problem)));
      } catch (IllegalArgumentException e) {
        problems.add(new OptionProblem(SCHEMA, e.getMessage() == null ? "" : e.getMessage()));
      }
    }
    return problems;
  }

  private static Descriptor message(Map<String, String> options) {
    return ProtoFiles.message(
        Base64.getDecoder().decode(options.getOrDefault(SCHEMA, "")),
        options.getOrDefault(MESSAGE, ""));
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    return SchemaRegistry.isNamed(contract.formatOptions())
        ? ProtobufDecoder.byRegistry(contract, clock, SchemaRegistry.open(contract.formatOptions()))
        : ProtobufDecoder.byMessage(contract, clock, message(contract.formatOptions()));
  }

  @Override
  public FormatCheck check(Contract contract, List<String> topics) {
    return RegistryCheck.of(
        contract, topics, "PROTOBUF", "a Protobuf", schema -> problems(contract, schema));
  }

  /**
   * Of the message of a file that fits best: a record says which one it holds, a topic does not.
   */
  private static Map<String, String> problems(Contract contract, RegisteredSchema schema) {
    List<Descriptor> messages = ProtoFiles.registered("latest", schema).getMessageTypes();
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("the schema has no message");
    }
    RowTarget target = RowTarget.of(contract.fields(), contract.schema(), true);
    return messages.stream()
        .map(message -> MessagePlan.compile(message, target).problems())
        .min(Comparator.comparingInt(Map::size))
        .orElseThrow();
  }
}
