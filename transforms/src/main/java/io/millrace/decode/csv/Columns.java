package io.millrace.decode.csv;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The columns of lines: for each cell the contract's field, or the name of an unknown one. */
final class Columns {
  private final String[] names;
  private final byte[][] jsonNames;
  private final @Nullable FieldDefinition[] fields;
  private final int[] indexes;

  private Columns(Contract contract, List<String> columns) {
    Map<String, Integer> declared = new HashMap<>();
    for (int i = 0; i < contract.fields().size(); i++) {
      declared.put(contract.fields().get(i).path().get(0), i);
    }
    int count = columns.size();
    names = columns.toArray(new String[0]);
    jsonNames = new byte[count][];
    fields = new @Nullable FieldDefinition[count];
    indexes = new int[count];
    for (int i = 0; i < count; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      RowBuffer json = new RowBuffer(name.length + 2);
      CsvText.writeJson(name, 0, name.length, json);
      jsonNames[i] = json.toByteArray();
      Integer index = declared.get(names[i]);
      fields[i] = index == null ? null : contract.fields().get(index);
      indexes[i] = index == null ? -1 : index;
    }
  }

  /** The columns that a contract lists. */
  static Columns listed(Contract contract, List<String> names) {
    return new Columns(contract, names);
  }

  /**
   * The columns that a header line names.
   *
   * @throws DecodeException if two have one name, or a required field has no column
   */
  static Columns named(Contract contract, List<String> names) throws DecodeException {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw new DecodeException(
            DeadLetterCode.DUPLICATE_KEY,
            "header line: expected distinct names, cell " + (i + 1) + " repeats one");
      }
    }
    StringBuilder missing = new StringBuilder();
    for (FieldDefinition field : contract.fields()) {
      if (field.required() && !seen.contains(field.path().get(0))) {
        missing.append(missing.isEmpty() ? "" : ", ").append(field.dottedPath());
      }
    }
    if (!missing.isEmpty()) {
      throw new DecodeException(
          DeadLetterCode.MISSING_FIELD, missing + ": required, but not in the header line");
    }
    return new Columns(contract, names);
  }

  int count() {
    return names.length;
  }

  /** The declared field of a column; null if it is unknown. */
  @Nullable FieldDefinition field(int column) {
    return fields[column];
  }

  /** Where the value of a declared column is in a row. */
  int index(int column) {
    return indexes[column];
  }

  String name(int column) {
    return names[column];
  }

  /** The name as a string of JSON. */
  byte[] jsonName(int column) {
    return jsonNames[column];
  }
}
