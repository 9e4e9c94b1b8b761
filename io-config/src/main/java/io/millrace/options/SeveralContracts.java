package io.millrace.options;

import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.TableDefinition;
import io.millrace.event.LostRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What several contracts of one run must not have in common. */
final class SeveralContracts {
  /** The steps before those of a contract, which are under its name. */
  private static final Set<String> OTHER_STEPS = Set.of("ReadRecords", "RouteRecords");

  private static final String EVENTS = "events";

  private final Set<String> problems = new LinkedHashSet<>();
  private final Map<String, Use> uses = new HashMap<>();

  private SeveralContracts() {}

  /**
   * The first use of a table.
   *
   * @param kind what it holds; contracts may share a table of the same kind, but none with events
   */
  private record Use(String contract, String kind, @Nullable Duration ttl) {}

  /** One line for each conflict; empty if there is none, or one contract. */
  static List<String> problems(List<Contract> contracts) {
    SeveralContracts several = new SeveralContracts();
    if (contracts.size() > 1) {
      several.check(contracts);
    }
    return List.copyOf(several.problems);
  }

  private void check(List<Contract> contracts) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < contracts.size(); i++) {
      Contract contract = contracts.get(i);
      String name = contract.name();
      if (!names.add(name)) {
        problem("two contracts have the name %s; expected different names".formatted(name));
        continue;
      }
      if (name.contains("/") || OTHER_STEPS.contains(name)) {
        problem(
            ("the name %s cannot be that of a step; expected a name without /, other than %s, where a"
                    + " run has several contracts")
                .formatted(name, String.join(" and ", OTHER_STEPS.stream().sorted().toList())));
      }
      if (contract.records() == null && i < contracts.size() - 1) {
        problem(
            ("the contract %s describes all records, so that those after it get none; give it"
                    + " `records`, or put it last")
                .formatted(name));
      }
      tables(contract);
    }
  }

  private void tables(Contract contract) {
    Contract.Tables tables = contract.tables();
    List<TableDefinition> events = new ArrayList<>(tables.accepted());
    if (tables.error() != null) {
      events.add(tables.error());
    }
    events.add(tables.late());
    events.forEach(table -> use(contract, table.name(), EVENTS, table.ttl()));
    contract.resultTables().stream()
        .map(TableDefinition::name)
        .forEach(table -> use(contract, table, EVENTS, null));
    use(contract, tables.deadLetters().name(), "dead letters", tables.deadLetters().ttl());
    String audit = tables.audit().name();
    use(contract, audit, "the audit", tables.audit().ttl());
    use(contract, audit + LostRange.TABLE_SUFFIX, "lost ranges", tables.audit().ttl());
  }

  private void use(Contract contract, String table, String kind, @Nullable Duration ttl) {
    String name = contract.name();
    Use first = uses.putIfAbsent(table, new Use(name, kind, ttl));
    if (first == null || first.contract.equals(name)) {
      return;
    }
    if (kind.equals(EVENTS) || !kind.equals(first.kind)) {
      problem(
          "the contracts %s and %s both write the table %s; rename one"
              .formatted(first.contract, name, table));
    } else if (!Objects.equals(first.ttl, ttl) && !kind.equals("lost ranges")) {
      problem(
          ("the contracts %s and %s share the table %s, but keep its rows for %s and %s; give both the"
                  + " same `ttl`, or one another table")
              .formatted(first.contract, name, table, text(first.ttl), text(ttl)));
    }
  }

  private static String text(@Nullable Duration ttl) {
    return ttl == null ? "an unlimited time" : Durations.format(ttl);
  }

  private void problem(String text) {
    problems.add("--contract: " + text);
  }
}
