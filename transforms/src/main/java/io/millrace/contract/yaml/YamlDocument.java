package io.millrace.contract.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.contract.language.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A YAML file with a declared shape. Reading its nodes collects problems, each with file, line,
 * column and path. Numbers with a fraction are exact. Not thread-safe.
 */
public final class YamlDocument {
  private final String file;
  private final YamlPositions positions;
  private final YamlNode top;
  private final List<ContractProblem> problems = new ArrayList<>();

  private YamlDocument(String file, JsonNode tree, YamlPositions positions, Shape shape) {
    this.file = file;
    this.positions = positions;
    this.top = new YamlNode(tree, "", shape, this::add);
  }

  /**
   * Parses a file.
   *
   * @param file the name of the file in problems
   * @param what what the file holds, in problems: {@code contract}
   * @param shape what the file may hold
   * @throws ContractException if the text is not one YAML document
   */
  public static YamlDocument parse(String yaml, String file, String what, Shape shape) {
    ObjectMapper mapper = mapper();
    try {
      return new YamlDocument(
          file, mapper.readTree(yaml), YamlPositions.of(yaml, mapper.getFactory()), shape);
    } catch (MismatchedInputException e) {
      throw new ContractException(
          problem(
              file,
              YamlPositions.Position.of(e.getLocation()),
              "a second YAML document; expected one " + what + " in a file"));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
      YamlPositions.Position position = YamlPositions.Position.of(at);
      String problem = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
      throw new ContractException(problem(file, position, "not valid YAML: " + problem));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a text", e);
    }
  }

  private static ObjectMapper mapper() {
    return YAMLMapper.builder(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
        // Jackson would ignore a second document
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        // A double would round the default of a decimal
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }

  private static ContractProblem problem(String file, YamlPositions.Position at, String text) {
    return new ContractProblem(file, at.line(), at.column(), text);
  }

  private void add(String path, boolean atKey, String message) {
    problems.add(
        problem(
            file,
            atKey ? positions.ofKey(path) : positions.ofValue(path),
            path.isEmpty() ? message : path + ": " + message));
  }

  /** The whole document. */
  public YamlNode top() {
    return top;
  }

  /** Whether no problem was found so far. */
  public boolean isValid() {
    return problems.isEmpty();
  }

  /** The problems that were found so far, in the order of the file. */
  public List<ContractProblem> problems() {
    return problems.stream().sorted(ContractProblem.IN_FILE_ORDER).toList();
  }

  /** The line of a value, from 1 on. A mapping or list is where its key is. */
  public int lineOf(YamlNode node) {
    return positions.ofValue(node.path()).line();
  }

  /** The column of a value, from 1 on, see {@link #lineOf}. */
  public int columnOf(YamlNode node) {
    return positions.ofValue(node.path()).column();
  }
}
