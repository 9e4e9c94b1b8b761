package io.millrace.decode.avro;

import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Place;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.binary.ScalarValues;
import io.millrace.decode.binary.Target;
import io.millrace.decode.binary.TargetTree;
import io.millrace.event.DeadLetterCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compiles the schema of a writer to steps that read its events straight into the rows of a
 * contract. Fields are matched by name, those of nested records and the values of maps by path.
 */
final class PlanCompiler {
  private final ValueReaders readers = new ValueReaders(this);
  private final Set<Target> placed = new HashSet<>();
  private final Map<String, String> problems = new LinkedHashMap<>();

  /** The path of the array whose records are being compiled; empty outside of arrays. */
  private String array = "";

  private PlanCompiler() {}

  /**
   * A compiled schema.
   *
   * @param top reads an event
   * @param problems for each path of a field that the schema never has or that never fits: why
   */
  record Plan(Step top, Map<String, String> problems) {}

  /** Compiles the schema of events for the fields of a contract. */
  static Plan compile(Schema schema, RowTarget row) {
    PlanCompiler compiler = new PlanCompiler();
    Step top = compiler.top(schema, row.top());
    for (Target target : row.top().targets()) {
      if (!compiler.placed.contains(target)) {
        compiler.problems.put(target.path, "the schema has no such field");
      }
    }
    return new Plan(top, compiler.problems);
  }

  void mismatch(Target field, AvroKind found) {
    problem(
        field.path,
        "expected " + ScalarValues.expected(field) + "; the schema has " + found.found());
  }

  private void problem(String path, String message) {
    problems.put(array.isEmpty() || path.isEmpty() ? array + path : array + "." + path, message);
  }

  /** The reader of an array's elements. */
  ValueReader elements(Schema items, Target field, Target element, String key) {
    String outside = array;
    array = outside + (outside.isEmpty() || field.path.isEmpty() ? "" : ".") + field.path + "[]";
    ValueReader reader = readers.of(items, element, key);
    array = outside;
    return reader;
  }

  private Step top(Schema schema, TargetTree tree) {
    return switch (schema.getType()) {
      case RECORD -> fields(schema, tree);
      case UNION ->
          branches(schema.getTypes().stream().map(type -> top(type, tree)).toArray(Step[]::new));
      default -> {
        String found = AvroKind.of(schema).found();
        yield (c, row) -> {
          throw new DecodeException(
              DeadLetterCode.NOT_AN_OBJECT, "expected an Avro record, found " + found);
        };
      }
    };
  }

  /** The reader of a record in an array. */
  ValueReader row(Schema schema, Target element) {
    RowTarget target = element.row;
    if (target == null) {
      throw new IllegalStateException("a record without fields");
    }
    Step fields = fields(schema, target.top());
    return c -> {
      c.in.enter();
      @Nullable Object[] values = target.newValues();
      fields.run(c, values);
      c.in.leave();
      return target.row(values, c.place.describing());
    };
  }

  private Step fields(Schema schema, TargetTree tree) {
    List<Step> steps = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      steps.add(field(field.name(), field.schema(), tree));
    }
    Step[] all = steps.toArray(new Step[0]);
    return (c, row) -> {
      for (Step step : all) {
        step.run(c, row);
      }
    };
  }

  private Step field(String key, Schema schema, TargetTree tree) {
    Target target = tree.field(key);
    if (target != null) {
      placed.add(target);
      ValueReader reader = readers.of(schema, target, key);
      int index = target.index;
      return (c, row) -> row[index] = reader.read(c);
    }
    TargetTree object = tree.object(key);
    return object == null ? unknown(key, schema) : object(key, schema, object);
  }

  /** Keeps a value that the contract does not declare; null counts as absent. */
  private static Step unknown(String key, Schema schema) {
    JsonForm form = JsonForm.of(schema);
    byte[] quoted = JsonText.quotedKey(key);
    return (c, row) -> {
      JsonForm branch = form.branch(c.in);
      if (branch.kind != AvroKind.NULL) {
        branch.write(c.in, c.unknown.begin(quoted));
        c.unknown.end(key);
      }
    };
  }

  private Step object(String key, Schema schema, TargetTree tree) {
    return switch (schema.getType()) {
      case NULL -> (c, row) -> {};
      case UNION ->
          branches(
              schema.getTypes().stream().map(type -> object(key, type, tree)).toArray(Step[]::new));
      case RECORD -> nested(Place.Level.object(key), fields(schema, tree));
      case MAP -> nested(Place.Level.object(key), map(schema.getValueType(), tree));
      default -> {
        AvroKind kind = AvroKind.of(schema);
        for (Target target : tree.targets()) {
          placed.add(target);
          problem(target.path, tree.path() + ": expected a record or a map, found " + kind.found());
        }
        yield (c, row) -> {
          throw c.scalars.fail(
              DeadLetterCode.WRONG_TYPE, tree.path(), "expected an object, found " + kind.found());
        };
      }
    };
  }

  private static Step branches(Step[] branches) {
    return (c, row) -> branches[c.in.index(branches.length)].run(c, row);
  }

  private static Step nested(Place.Level level, Step content) {
    return (c, row) -> {
      c.in.enter();
      c.place.enter(level);
      content.run(c, row);
      c.unknown.ends();
      c.place.leave();
      c.in.leave();
    };
  }

  /** A map of which the contract declares keys. */
  private Step map(Schema values, TargetTree tree) {
    Map<String, Step> declared = new LinkedHashMap<>();
    for (String key : tree.keys()) {
      declared.put(key, field(key, values, tree));
    }
    JsonForm form = JsonForm.of(values);
    return (c, row) -> {
      JsonForm.MapKeys keys = new JsonForm.MapKeys();
      for (int count = c.in.block(false); count != 0; count = c.in.block(false)) {
        for (int i = 0; i < count; i++) {
          JsonForm.requireUtf8(c.in.string(), c.in);
          String key = keys.add(c.in);
          Step step = declared.get(key);
          if (step != null) {
            step.run(c, row);
            continue;
          }
          JsonForm branch = form.branch(c.in);
          if (branch.kind != AvroKind.NULL) {
            branch.write(c.in, c.unknown.begin(JsonText.quotedKey(key)));
            c.unknown.end(key);
          }
        }
      }
    };
  }
}
