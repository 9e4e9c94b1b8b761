package io.millrace.cli.init.guess;

import io.millrace.cli.init.guess.ValueProfile.Kind;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Guesses the fields of events: a column for each scalar, also of nested objects. Objects whose
 * keys differ from event to event become maps or JSON. Not thread-safe.
 */
public final class GuessFields {
  private static final int DEEPEST = 5;
  private static final int MOST_LEAVES = 60;
  private static final int MOST_FIELDS = 300;

  /** With so many keys, one that fewer than one in {@link #RARE} events has is no column. */
  private static final int MANY_KEYS = 40;

  private static final int RARE = 20;
  private static final int VARYING_KEYS = 8;

  private final GuessType types;
  private final boolean csv;
  private final ColumnNames names = new ColumnNames();
  private final List<FieldGuess> fields = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int total;
  private int rare;

  public GuessFields(boolean csv) {
    this.csv = csv;
    this.types = new GuessType(csv);
  }

  /** Guesses the fields of the events, and then those of the records around them. */
  public List<FieldGuess> of(List<SampledEvent> events, List<String> array) {
    total = events.size();
    ValueProfile root = new ValueProfile();
    ValueProfile around = new ValueProfile();
    for (SampledEvent event : events) {
      root.add(event.event());
      if (event.record() != null) {
        around.add(event.record());
      }
    }
    boolean many = root.children().size() > MANY_KEYS;
    root.children()
        .forEach(
            (key, values) -> {
              if (many && (long) values.present() * RARE < total) {
                rare++;
              } else {
                add(List.of(key), values, false);
              }
            });
    around.children().forEach((key, values) -> addAbove(key, values, array));
    return List.copyOf(fields);
  }

  /** What the contract does not declare although it was sent. */
  public List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    if (rare > 0) {
      all.add(
          "%s more fields are not declared and stay in `%s`: few events have them, or there are too"
                  .formatted(rare, ColumnNames.UNKNOWN)
              + " many");
    }
    return List.copyOf(all);
  }

  private void addAbove(String key, ValueProfile values, List<String> array) {
    if (array.isEmpty() || !array.get(0).equals(key)) {
      Set<Kind> kinds = values.kinds();
      if (!kinds.contains(Kind.OBJECT) && !kinds.contains(Kind.ARRAY) && !key.endsWith("[]")) {
        add(List.of(key), values, true);
      }
    }
  }

  private void add(List<String> path, ValueProfile values, boolean above) {
    String key = path.get(path.size() - 1);
    if (path.stream().anyMatch(String::isEmpty) || path.get(0).equals("$")) {
      note(path, "its name cannot be a path");
    } else if (values.present() == 0) {
      note(path, "null in all samples");
    } else if (fields.size() >= MOST_FIELDS) {
      rare++;
    } else if (values.kinds().equals(EnumSet.of(Kind.OBJECT))) {
      object(path, values, above);
    } else {
      leaf(path, types.of(key, values), values, above);
    }
  }

  private void note(List<String> path, String why) {
    notes.add(
        "`%s` is not declared and stays in `%s`: %s"
            .formatted(YamlText.comment(String.join(".", path)), ColumnNames.UNKNOWN, why));
  }

  private void leaf(List<String> path, TypeGuess type, ValueProfile values, boolean above) {
    fields.add(new FieldGuess(path, above, names.of(path), type, total, values));
  }

  private void object(List<String> path, ValueProfile values, boolean above) {
    Map<String, ValueProfile> children = values.children();
    boolean scalars =
        children.values().stream()
            .noneMatch(
                child -> child.kinds().contains(Kind.OBJECT) || child.kinds().contains(Kind.ARRAY));
    if (!csv && !children.isEmpty() && (varies(values) || isNamedByData(children)) && scalars) {
      leaf(path, TypeGuess.of(FieldType.MAP).because("its keys vary"), values, above);
    } else if (children.isEmpty()
        || varies(values)
        || path.size() >= DEEPEST
        || leaves(values) > MOST_LEAVES) {
      leaf(
          path,
          children.isEmpty()
              ? TypeGuess.of(FieldType.JSON)
              : TypeGuess.of(FieldType.JSON).because("many or varying keys: kept as JSON"),
          values,
          above);
    } else {
      children.forEach(
          (key, child) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(key);
            add(longer, child, above);
          });
    }
  }

  /** Whether most keys are absent in most of the objects. */
  private static boolean varies(ValueProfile values) {
    Map<String, ValueProfile> children = values.children();
    long filled =
        children.values().stream().mapToLong(child -> (long) child.present() + child.nulls()).sum();
    return children.size() >= VARYING_KEYS
        && filled * 2 < (long) children.size() * values.present();
  }

  /** Whether most keys are like names of labels: {@code app.kubernetes.io/name}. */
  private static boolean isNamedByData(Map<String, ValueProfile> children) {
    return children.keySet().stream().filter(key -> !ColumnNames.isPlain(key)).count() * 2
        > children.size();
  }

  private static int leaves(ValueProfile values) {
    return values.children().isEmpty()
        ? 1
        : values.children().values().stream().mapToInt(GuessFields::leaves).sum();
  }
}
