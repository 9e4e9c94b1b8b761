package io.millrace.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.event.RowValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compiles the expressions of a contract, which are written in CEL (Common Expression Language, <a
 * href="https://cel.dev">cel.dev</a>) and refer to its fields by name. An expression that has the
 * wrong type or names an unknown field is refused.
 *
 * <p>What is common in conditions (comparisons of a field with a constant, their combinations) is
 * compiled to tests on the row's own values, without decoding of texts. CEL's interpreter evaluates
 * the rest. Both give the same results, with one exception: as in the specification of CEL, an
 * operand of {@code ||} and {@code &&} that is null counts as an error, which the other operand may
 * outweigh; the interpreter fails then, so within macros ask for {@code flag == true}.
 *
 * <p>Cost: an evaluation is bounded by the length of the expression, and by {@link
 * #MOST_ITERATIONS} of its macros. Compiling takes milliseconds, and some ten the first time.
 */
public final class Expressions {
  /** The longest expression, in characters. */
  static final int MAX_LENGTH = 10_000;

  /** How many elements of lists and maps all macros of an expression may visit. */
  static final int MOST_ITERATIONS = 10_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_LENGTH)
          .comprehensionMaxIterations(MOST_ITERATIONS)
          .maxRegexProgramSize(ConstantCheck.MOST_REGEX_INSTRUCTIONS)
          .evaluateCanonicalTypesToNativeValues(true)
          .build();

  private final List<FieldDefinition> fields;
  private final Map<String, Integer> indexes;
  // Compilers take milliseconds to make, and mostly one of the two is needed.
  private @Nullable CelCompiler conditions;
  private @Nullable CelCompiler values;
  private String latestValue = "";
  private @Nullable CelValidationResult latestResult;

  /**
   * Prepares for expressions over fields.
   *
   * @param fields the fields in the order of the rows
   */
  public Expressions(List<FieldDefinition> fields) {
    this.fields = fields;
    this.indexes =
        IntStream.range(0, fields.size())
            .boxed()
            .collect(Collectors.toMap(i -> fields.get(i).name(), i -> i, (first, same) -> first));
  }

  private static CelCompiler compiler(List<FieldDefinition> fields, @Nullable CelType result) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(CelExtensions.strings(), CelExtensions.math(OPTIONS));
    if (result != null) {
      builder.setResultType(result);
    }
    for (FieldDefinition field : fields) {
      builder.addVar(field.name(), FieldTypes.of(field));
    }
    return builder.build();
  }

  /**
   * What is wrong with a condition, on one line, with the place in it.
   *
   * @return null if it is valid
   */
  public @Nullable String problem(String text) {
    return problem(conditions().compile(text));
  }

  /** What is wrong with an expression of any type, like {@link #problem}. */
  public @Nullable String problemOfValue(String text) {
    return problem(compiledValue(text));
  }

  /** Compiles an expression; several questions are asked about the latest one. */
  private CelValidationResult compiledValue(String text) {
    CelValidationResult result = latestResult;
    if (result == null || !latestValue.equals(text)) {
      result = values().compile(text);
      latestValue = text;
      latestResult = result;
    }
    return result;
  }

  private CelCompiler conditions() {
    CelCompiler ready = conditions;
    if (ready == null) {
      ready = compiler(fields, SimpleType.BOOL);
      conditions = ready;
    }
    return ready;
  }

  private CelCompiler values() {
    CelCompiler ready = values;
    if (ready == null) {
      ready = compiler(fields, null);
      values = ready;
    }
    return ready;
  }

  private @Nullable String problem(CelValidationResult result) {
    if (!result.hasError()) {
      try {
        return new ConstantCheck(this, result.getAst()).problem();
      } catch (CelValidationException e) {
        throw new IllegalStateException("a valid expression has no syntax tree", e);
      }
    }
    CelIssue first = result.getErrors().get(0);
    String message = first.getMessage().lines().findFirst().orElse("").strip();
    // All overloads of an operator are no help.
    int candidates = message.indexOf(" (candidates:");
    message = candidates < 0 ? message : message.substring(0, candidates);
    int column = first.getSourceLocation().getColumn();
    return column < 0 ? message : "at character " + (column + 1) + ": " + message;
  }

  /**
   * Compiles a valid condition.
   *
   * @throws IllegalArgumentException if the condition is not valid, see {@link #problem}
   */
  RowTest condition(String text) {
    try {
      return new TestCompiler(this, checked(text)).compile();
    } catch (CelValidationException e) {
      throw new IllegalArgumentException("expression `" + text + "`: " + problem(text), e);
    }
  }

  /**
   * The type of column that holds the values of a valid expression.
   *
   * @return a definition without a name; null if the column's type must be declared
   */
  public @Nullable FieldDefinition inferred(String text) {
    return ColumnValues.inferred(typeOf(text));
  }

  /** Whether a column of a scalar type can hold the values of a valid expression. */
  public boolean holds(FieldType column, String text) {
    return ColumnValues.holds(column, typeOf(text));
  }

  /** Whether the values of a valid expression can be null. */
  public boolean isNullable(String text) {
    return ColumnValues.nullable(typeOf(text));
  }

  /** The name of the type of a valid expression in CEL, for messages. */
  public String typeName(String text) {
    return typeOf(text).name();
  }

  private CelType typeOf(String text) {
    return checkedValue(text).getResultType();
  }

  /**
   * Compiles a valid expression.
   *
   * @param column the column for the values, which can hold them
   * @throws IllegalArgumentException if the expression is not valid
   */
  public RowValue value(String text, FieldDefinition column) {
    return new ValueCompiler(this, checkedValue(text)).compile(column);
  }

  CelAbstractSyntaxTree checkedValue(String text) {
    try {
      return compiledValue(text).getAst();
    } catch (CelValidationException e) {
      throw new IllegalArgumentException("expression `" + text + "`: " + problemOfValue(text), e);
    }
  }

  /** A condition as a checked syntax tree. */
  CelAbstractSyntaxTree checked(String text) throws CelValidationException {
    return conditions().compile(text).getAst();
  }

  /** The fields that a valid condition reads, in the order of the row. */
  public List<FieldDefinition> fieldsOf(String text) {
    try {
      return fieldsOf(checked(text));
    } catch (CelValidationException e) {
      throw new IllegalArgumentException("expression `" + text + "`: " + problem(text), e);
    }
  }

  /** The fields that a valid expression of any type reads, in the order of the row. */
  public List<FieldDefinition> fieldsOfValue(String text) {
    return fieldsOf(checkedValue(text));
  }

  private List<FieldDefinition> fieldsOf(CelAbstractSyntaxTree ast) {
    return ast.getReferenceMap().values().stream()
        .map(reference -> indexes.get(reference.name()))
        .filter(Objects::nonNull)
        .distinct()
        .sorted()
        .map(fields::get)
        .toList();
  }

  /** The index of a field in the row; null if the name is not a field's. */
  @Nullable Integer indexOf(String name) {
    return indexes.get(name);
  }

  FieldDefinition field(int index) {
    return fields.get(index);
  }

  /** A test by CEL's interpreter of a part of a checked expression. */
  RowTest interpreted(CelAbstractSyntaxTree whole, CelExpr part) {
    RowValue value = interpretedValue(whole, part);
    return row -> value.of(row) instanceof Boolean met ? RowTest.of(met) : RowTest.FAILED;
  }

  /** A value, as CEL's interpreter gives it, of a part of a checked expression. */
  RowValue interpretedValue(CelAbstractSyntaxTree whole, CelExpr part) {
    try {
      return new Interpreted(program(whole, part));
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException("an expression cannot be evaluated", e);
    }
  }

  /** A part of a checked expression for CEL's interpreter. */
  CelRuntime.Program program(CelAbstractSyntaxTree whole, CelExpr part)
      throws CelEvaluationException {
    return CelRuntimeFactory.standardCelRuntimeBuilder()
        .setOptions(OPTIONS)
        .addLibraries(CelExtensions.strings(), CelExtensions.math(OPTIONS))
        .build()
        .createProgram(
            CelAbstractSyntaxTree.newCheckedAst(
                part, whole.getSource(), whole.getReferenceMap(), whole.getTypeMap()));
  }

  /** Converts only the fields that the expression reads. */
  private final class Interpreted implements RowValue {
    private final CelRuntime.Program program;

    Interpreted(CelRuntime.Program program) {
      this.program = program;
    }

    @Override
    public Object of(RowValues row) {
      // The interpreter asks again at each mention, also within macros.
      Map<String, Optional<Object>> found = new HashMap<>();
      try {
        return program.eval(name -> found.computeIfAbsent(name, field -> find(field, row)));
      } catch (CelEvaluationException e) {
        return FAILED;
      }
    }
  }

  private Optional<Object> find(String name, RowValues row) {
    Integer index = indexes.get(name);
    return index == null
        ? Optional.empty()
        : Optional.of(FieldTypes.value(fields.get(index), row.get(index)));
  }
}
