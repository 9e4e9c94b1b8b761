package io.millrace.decode.avro;

import io.millrace.decode.registry.RegisteredSchema.Import;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Parses Avro schemas. */
final class AvroSchemas {
  private AvroSchemas() {}

  /**
   * Parses a schema.
   *
   * @param imports schemas of the named types that it uses, each after those it uses itself
   * @throws IllegalArgumentException in one line, if it is no Avro schema
   */
  static Schema parse(String text, List<Import> imports) {
    // Only readers use defaults, and writers may have broken ones.
    Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
    try {
      imports.forEach(used -> parser.parse(used.text()));
      return parser.parse(text);
    } catch (AvroRuntimeException | StackOverflowError e) {
      String reason = e.getMessage() == null ? "" : e.getMessage();
      throw new IllegalArgumentException(
          "not a valid Avro schema: " + reason.lines().findFirst().orElse("no reason given"), e);
    }
  }
}
