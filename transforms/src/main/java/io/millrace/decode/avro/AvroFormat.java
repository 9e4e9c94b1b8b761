package io.millrace.decode.avro;

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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Avro's binary encoding, one event a record: by one schema that the contract names, or by the
 * schema of a registry that the record names. Object container files are not read.
 */
public final class AvroFormat implements RecordDecoder.Factory {
  static final String SCHEMA = "schema";

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public Map<String, Set<String>> options() {
    Map<String, Set<String>> options = new LinkedHashMap<>();
    options.put(SCHEMA, Set.of());
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
    if (option.equals(SchemaRegistry.CA)) {
      return SchemaRegistry.certificates(content);
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("expected an Avro schema in UTF-8", e);
    }
    Schema schema = AvroSchemas.parse(text, List.of());
    if (schema.getType() != Schema.Type.RECORD && schema.getType() != Schema.Type.UNION) {
      throw new IllegalArgumentException(
          "expected the Avro schema of a record, found " + AvroKind.of(schema).found());
    }
    return text;
  }

  @Override
  public List<OptionProblem> problems(Map<String, String> options, List<FieldDefinition> fields) {
    if (options.containsKey(SCHEMA) == SchemaRegistry.isNamed(options)) {
      return List.of(
          new OptionProblem(
              "", "expected {type: avro, schema: FILE} or {type: avro, registry: URL}"));
    }
    List<OptionProblem> problems = new ArrayList<>(SchemaRegistry.problems(options));
    String schema = options.get(SCHEMA);
    if (schema != null) {
      PlanCompiler.compile(
              AvroSchemas.parse(schema, List.of()),
              RowTarget.of(fields, RowSchemas.of(fields), true))
          .problems()
          .forEach(
              (path, problem) -> problems.add(new OptionProblem(SCHEMA, path + ": " + problem)));
    }
    return problems;
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    return SchemaRegistry.isNamed(contract.formatOptions())
        ? AvroDecoder.byRegistry(contract, clock, SchemaRegistry.open(contract.formatOptions()))
        : AvroDecoder.bySchema(
            contract,
            clock,
            AvroSchemas.parse(contract.formatOptions().getOrDefault(SCHEMA, ""), List.of()));
  }

  @Override
  public FormatCheck check(Contract contract, List<String> topics) {
    return RegistryCheck.of(
        contract, topics, "AVRO", "an Avro", schema -> problems(contract, schema));
  }

  private static Map<String, String> problems(Contract contract, RegisteredSchema schema) {
    return PlanCompiler.compile(
            AvroSchemas.parse(schema.text(), schema.imports()),
            RowTarget.of(contract.fields(), contract.schema(), true))
        .problems();
  }
}
