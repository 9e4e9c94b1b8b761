package io.millrace.cli.contracttest;

import io.millrace.contract.Contract;
import io.millrace.contract.Lookup;
import io.millrace.contract.yaml.NearestName;
import io.millrace.contract.yaml.YamlNode;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupVersion;
import io.millrace.lookup.Lookups;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows that a test file gives look-ups, so that cases need none of their sources. */
final class GivenLookups {
  private GivenLookups() {}

  /**
   * Reads rows by look-up.
   *
   * @param others what is given already and not replaced
   */
  static Map<String, LookupVersion> read(
      YamlNode node, Contract contract, Map<String, LookupVersion> others) {
    Map<String, LookupVersion> given = new LinkedHashMap<>(others);
    if (!node.isPresent()) {
      return given;
    }
    Map<String, Lookup> byName = new LinkedHashMap<>();
    contract.lookups().stream()
        .filter(lookup -> lookup.kind().hasSource())
        .forEach(lookup -> byName.put(lookup.name(), lookup));
    node.entries()
        .forEach(
            (name, rows) -> {
              Lookup lookup = byName.get(name);
              if (lookup == null) {
                rows.problemOfKey(
                    "no look-up with a source; expected one of "
                        + String.join(", ", byName.keySet())
                        + NearestName.hint(name, byName.keySet()));
                return;
              }
              String json =
                  rows.elements().stream()
                      .map(row -> row.raw().toString())
                      .collect(Collectors.joining("\n"));
              try {
                given.put(
                    name, Lookups.ofRows(contract, lookup, json.getBytes(StandardCharsets.UTF_8)));
              } catch (LookupException e) {
                rows.problem(e.getMessage() + "; expected rows with the columns of the source");
              }
            });
    return given;
  }

  /** A line for each look-up that a case reads from its source, and that cannot be read. */
  static List<String> unreadable(Contract contract, List<TestCase> cases) {
    Set<Lookup> needed = new LinkedHashSet<>();
    for (TestCase test : cases) {
      contract.lookups().stream()
          .filter(lookup -> !test.lookups().containsKey(lookup.name()))
          .forEach(needed::add);
    }
    return Lookups.check(contract, needed).stream()
        .map(problem -> problem + "; or give its rows in `lookups` of the test file")
        .toList();
  }
}
