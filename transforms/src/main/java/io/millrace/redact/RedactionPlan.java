package io.millrace.redact;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import io.millrace.redact.PathNode.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rules of a contract, compiled: the places of an event and of the objects around it, the
 * patterns, the key and the headers.
 */
final class RedactionPlan {
  private final List<Rule> rules;
  private final boolean[] applied;
  private final TextPatterns patterns;
  private final KeptHeaders headers;
  private final Map<String, PathNode> byName = new HashMap<>();

  /** The event's level comes last. */
  private final PathNode[] levels;

  /** The keys of these levels in the column for unknown fields. */
  private final String[] names;

  private final PathNode unknown;
  private final boolean holdsMany;

  static RedactionPlan of(Contract contract, RedactionSecrets secrets) {
    return new RedactionPlan(contract, secrets);
  }

  private RedactionPlan(Contract contract, RedactionSecrets secrets) {
    this.rules = contract.redaction().rules();
    this.applied = new boolean[rules.size()];
    this.holdsMany = contract.holdsMany();
    this.names = names(contract.events());
    int depth = names.length;
    List<List<Entry>> entries = new ArrayList<>();
    for (int level = 0; level <= depth; level++) {
      entries.add(new ArrayList<>());
    }
    List<TextPatterns.Rule> found = new ArrayList<>();
    List<KeptHeaders.Named> named = new ArrayList<>();
    TextAction ofKey = null;
    for (int i = 0; i < applied.length; i++) {
      Rule rule = rules.get(i);
      String key = rule.key();
      TextAction action = new TextAction(rule, key == null ? null : secrets.hash(key), applied, i);
      switch (rule.target()) {
        case FIELD, PATH -> {
          if (rule.keys().isEmpty()) {
            // A column that no path leads to
            byName.putIfAbsent(rule.at(), named(action));
          } else {
            entries.get(depth - rule.above()).add(new Entry(rule.keys(), action, null, false));
          }
        }
        case PATTERN -> found.add(TextPatterns.Rule.of(rule.at(), action));
        case HEADER -> named.add(new KeptHeaders.Named(rule.at(), action));
        case RECORD_KEY -> ofKey = ofKey == null ? action : ofKey;
      }
    }
    this.patterns = new TextPatterns(found);
    this.headers = new KeptHeaders(named, ofKey, patterns);
    for (FieldDefinition field : contract.fields()) {
      if (!field.path().isEmpty()) {
        boolean identifies = contract.identity().contains(field.name());
        declare(field, field.path(), identifies, entries.get(depth - field.above()));
      }
    }
    this.levels = entries.stream().map(PathNode::of).toArray(PathNode[]::new);
    this.unknown = PathNode.of(unknown(entries));
  }

  /** The place of a column; one that is kept has no action, so that patterns examine it. */
  private static PathNode named(TextAction action) {
    return PathNode.of(
        action.keeps() ? List.of() : List.of(new Entry(List.of(), action, null, false)));
  }

  private static String[] names(@Nullable EventsInRecord events) {
    String[] names = new String[events == null ? 0 : events.arrays().size()];
    StringBuilder name = new StringBuilder("$");
    for (int level = 0; level < names.length; level++) {
      names[level] = name.toString();
      events.arrays().get(level).forEach(key -> name.append('.').append(key));
      name.append("[]");
    }
    return names;
  }

  private List<Entry> unknown(List<List<Entry>> entries) {
    List<Entry> all = new ArrayList<>(entries.get(names.length));
    for (int level = 0; level < names.length; level++) {
      for (Entry entry : entries.get(level)) {
        List<String> keys = new ArrayList<>(List.of(names[level]));
        keys.addAll(entry.keys());
        all.add(new Entry(keys, entry.action(), entry.field(), entry.identifies()));
      }
    }
    return all;
  }

  /** Adds what is declared, where patterns or a rule ask for it. */
  private void declare(
      FieldDefinition field, List<String> keys, boolean identifies, List<Entry> entries) {
    FieldDefinition items = field.items();
    boolean asked = !patterns.isEmpty();
    for (int i = 0; i < entries.size() && !asked; i++) {
      asked = entries.get(i).action() != null && isAbout(entries.get(i).keys(), keys);
    }
    if (asked) {
      entries.add(new Entry(keys, null, field, identifies));
    }
    if (items != null) {
      declare(items, with(keys, List.of(Rule.ANY)), false, entries);
    }
    if (field.type() == FieldType.RECORD) {
      field.fields().forEach(f -> declare(f, with(keys, f.path()), false, entries));
    }
  }

  private static boolean isAbout(List<String> rule, List<String> keys) {
    if (rule.size() != keys.size()) {
      return false;
    }
    for (int i = 0; i < keys.size(); i++) {
      if (!rule.get(i).equals(Rule.ANY) && !rule.get(i).equals(keys.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> with(List<String> keys, List<String> more) {
    List<String> all = new ArrayList<>(keys);
    all.addAll(more);
    return List.copyOf(all);
  }

  TextPatterns patterns() {
    return patterns;
  }

  KeptHeaders headers() {
    return headers;
  }

  /** The event, or the element of a record. */
  PathNode event() {
    return levels[levels.length - 1];
  }

  /** The column of unknown fields as JSON. */
  PathNode unknown() {
    return unknown;
  }

  /** How many levels of objects are around an event in its record. */
  int levelsAround() {
    return names.length;
  }

  /** A level around the events; 0 is the record. */
  PathNode level(int level) {
    return levels[level];
  }

  /** What keys of a level begin with in the map of unknown fields, without the dot. */
  String name(int level) {
    return names[level];
  }

  boolean holdsMany() {
    return holdsMany;
  }

  /** The place of a field; null if nothing is known of it. */
  @Nullable PathNode place(FieldDefinition field) {
    PathNode named = byName.get(field.name());
    return named != null
        ? named
        : field.path().isEmpty()
            ? null
            : ValueRedactor.place(levels[names.length - field.above()], field.path());
  }

  void clearApplied() {
    Arrays.fill(applied, false);
  }

  List<String> applied() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < applied.length; i++) {
      Rule rule = rules.get(i);
      boolean ofRecord = rule.target() == Target.HEADER || rule.target() == Target.RECORD_KEY;
      if (applied[i] && !ofRecord) {
        names.add(rule.describe());
      }
    }
    return names;
  }
}
