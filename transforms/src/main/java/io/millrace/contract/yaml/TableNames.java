package io.millrace.contract.yaml;

import java.util.HashSet;
import java.util.Set;

/** The names of a contract's tables, none used twice. */
final class TableNames {
  private final Set<String> names = new HashSet<>();

  /** Takes a name for a table, and reports at the node what keeps it from being one. */
  void claim(String name, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.mistake("expected a table name: letters, digits and _, not beginning with a digit");
    } else if (!names.add(name)) {
      node.mistake("`" + name + "` is used by another table; expected a name of its own");
    }
  }
}
