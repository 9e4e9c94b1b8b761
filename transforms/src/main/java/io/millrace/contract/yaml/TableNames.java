package io.millrace.contract.yaml;

import java.util.HashSet;
import java.util.Set;

/** The table names of a contract, all distinct. */
final class TableNames {
  private final Set<String> names = new HashSet<>();

  /** Adds a table name; reports an invalid or repeated name at the node. */
  void add(String name, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.problem("expected a table name: letters, digits and _, not starting with a digit");
    } else if (!names.add(name)) {
      node.problem("another table has the name `" + name + "`; expected a unique name");
    }
  }
}
