package io.millrace.decode.registry;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.decode.FormatCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks the schema registry of a contract before a run: that it answers and accepts the login, and
 * that the latest schema of each topic can hold the contract's fields. A topic's subject has the
 * topic's name and {@code -value}, as serializers name it by default. Sends one request for each
 * topic, and one for each schema that a schema refers to. Waits for no answer longer than 20
 * seconds.
 */
public final class RegistryCheck {
  private static final String SUBJECT = "%s-value";

  /** Compares a schema with a contract. */
  public interface Comparison {
    /**
     * Compares.
     *
     * @return for each path of a field that records of the schema never have or that never fits:
     *     why
     * @throws IllegalArgumentException in one line, if no record of the schema can be decoded
     */
    Map<String, String> problems(RegisteredSchema schema);
  }

  private final Contract contract;
  private final HttpSchemaLookup lookup;
  private final String name;
  private final Comparison comparison;
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private RegistryCheck(Contract contract, RegistryOptions options, Comparison comparison) {
    this.contract = contract;
    this.lookup = new HttpSchemaLookup(options);
    this.name = "schema registry " + options.url();
    this.comparison = comparison;
  }

  /**
   * Checks the registry that a contract names; a contract without one has nothing to report.
   *
   * @param type the registry's name of the schemas that the format decodes
   * @param shown the same in a message, with its article
   * @param topics the topics that a run reads and whose names are known; with none, only the
   *     connection is checked
   */
  public static FormatCheck of(
      Contract contract, List<String> topics, String type, String shown, Comparison comparison) {
    if (!SchemaRegistry.isNamed(contract.formatOptions())) {
      return FormatCheck.NONE;
    }
    RegistryCheck check =
        new RegistryCheck(
            contract,
            RegistryOptions.of(contract.formatOptions()),
            schema -> {
              if (!schema.type().equals(type)) {
                throw new IllegalArgumentException(
                    "expected %s schema, found one of the type %s; check `format` in the contract"
                        .formatted(shown, schema.type()));
              }
              return comparison.problems(schema);
            });
    try {
      check.run(topics);
    } catch (HttpSchemaLookup.Unavailable e) {
      check.problems.add(check.name + ": " + withRemedy(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      check.problems.add(check.name + ": interrupted");
    }
    return new FormatCheck(List.copyOf(check.problems), List.copyOf(check.notes));
  }

  private static String withRemedy(String cause) {
    return cause.contains("; ")
        ? cause
        : cause + "; check `registry` in the contract, and that the registry is running";
  }

  private void run(List<String> topics) throws HttpSchemaLookup.Unavailable, InterruptedException {
    if (topics.isEmpty()) {
      // Any subject will do: that there is none is an answer too.
      try {
        Object unused = lookup.latest(SUBJECT.formatted(contract.name()));
      } catch (HttpSchemaLookup.Absent e) {
        // It answers.
      }
      notes.add(
          name
              + ": it answers; no schema was compared with the contract, because the input names no"
              + " topic");
    }
    for (String topic : topics) {
      String subject = SUBJECT.formatted(topic);
      try {
        compare(subject, lookup.latest(subject));
      } catch (HttpSchemaLookup.Absent e) {
        if (e.reference().isPresent()) {
          problems.add(
              "%s, subject %s: its schema refers to %s, which the registry does not have; each record with"
                      .formatted(name, subject, e.reference().orElseThrow())
                  + " this schema would be a dead letter: register it");
          continue;
        }
        notes.add(
            "%s: no subject %s, so no schema was compared with the contract; that is right if nothing was"
                    .formatted(name, subject)
                + " produced yet, or if producers name subjects in another way");
      }
    }
  }

  private void compare(String subject, RegisteredSchema schema) {
    String where = name + ", subject " + subject + ": ";
    Map<String, String> differences;
    try {
      differences = comparison.problems(schema);
    } catch (IllegalArgumentException e) {
      problems.add(where + e.getMessage());
      return;
    }
    differences.forEach(
        (path, difference) -> {
          boolean required = isRequired(path);
          (required ? problems : notes)
              .add(
                  "%s%s: %s; %s"
                      .formatted(
                          where,
                          path,
                          difference,
                          required
                              ? "the field is required, so each event would be a dead letter: change"
                                  + " the contract or the schema"
                              : "the field is optional"));
        });
  }

  private boolean isRequired(String path) {
    for (FieldDefinition field : contract.fields()) {
      if (field.required() && String.join(".", field.path()).equals(path)) {
        return true;
      }
    }
    return false;
  }
}
