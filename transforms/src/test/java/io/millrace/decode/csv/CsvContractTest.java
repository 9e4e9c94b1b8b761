package io.millrace.decode.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.contract.yaml.Problems;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the loader says of contracts that CSV cannot satisfy. */
class CsvContractTest {
  private static List<String> problems(String options, String... fields) {
    return Problems.withoutPositions(
        assertThrows(ContractException.class, () -> CsvDecoding.of(options, fields)));
  }

  @Test
  void theColumnsAreListedOrNamedByTheHeader() {
    assertEquals(
        List.of(
            "c.yaml: format.columns: missing; expected the names of the columns in their order,"
                + " such as `a, b`, or `header: true`"),
        problems("header: false"));
    assertEquals(
        List.of("c.yaml: format.columns: only for records without a header line (`header: false`)"),
        problems("header: true, columns: at"));
    assertEquals(
        List.of("c.yaml: format.columns: expected distinct names, separated by commas"),
        problems("columns: 'at, a, , b'"));
    assertEquals(
        List.of("c.yaml: format.columns: expected distinct names, separated by commas"),
        problems("columns: 'at, a, at'"));
    assertEquals(
        List.of("c.yaml: fields.b.path: expected one of the names in `format.columns`"),
        problems("columns: 'at, a'", "b: {type: int32}"));
  }

  @Test
  void aSeparatorIsOneCharacter() {
    for (String delimiter : List.of("';;'", "'é'", "''", "\"\\n\"", "\"\\r\"", "\"\\0\"")) {
      assertEquals(
          List.of("c.yaml: format.delimiter: expected one ASCII character, or tab"),
          problems("header: true, delimiter: " + delimiter),
          delimiter);
    }
    for (String quote : List.of("','", "'ab'", "''")) {
      assertEquals(
          List.of(
              "c.yaml: format.quote: expected one ASCII character other than the delimiter, or"
                  + " none"),
          problems("header: true, quote: " + quote),
          quote);
    }
    assertEquals(
        List.of("c.yaml: format.null: expected a text without delimiters, quotes and line breaks"),
        problems("header: true, 'null': 'a,b'"));
  }

  @Test
  void anOptionThatYamlTakesForNullIsAProblem() {
    assertEquals(
        List.of("c.yaml: format.null: expected a text; quote what YAML takes for something else"),
        problems("header: true, 'null': NULL"));
    assertEquals(
        List.of(
            "c.yaml: format.columns: expected a text; quote what YAML takes for something else"),
        problems("columns: [at]"));
  }

  @Test
  void aFieldIsOneColumnOfOneText() {
    assertEquals(
        List.of(
            "c.yaml: fields.a.path: expected one key, the name of a column",
            "c.yaml: fields.m.type: the format csv has no values of the type map; expected text",
            "c.yaml: fields.j.type: the format csv has no values of the type json; expected text"),
        problems(
            "header: true", "a: {path: b.c, type: int32}", "m: {type: map}", "j: {type: json}"));
    CsvDecoding dotted = CsvDecoding.of("header: true", "a: {path: ['b.c'], type: int32}");
    assertEquals(2, dotted.contract.fields().size());
  }

  @Test
  void theExampleOfTheDocumentationWorks() throws IOException, DecodeException {
    String page = Files.readString(Path.of("../docs/formats.md"));
    int from = page.indexOf("contract: readings");
    Contract contract = ContractLoader.parse(page.substring(from, page.indexOf("```", from)), "d");
    List<Object> values = new ArrayList<>();

    int count =
        RecordDecoder.compile(contract, () -> 0)
            .decode(
                CsvDecoding.record("1772359200123,s1,21.5,C\n1772359200124,s1,,\n"),
                new RecordDecoder.Receiver() {
                  @Override
                  public void event(Event event) {
                    values.add(event.row().getValue("celsius"));
                    values.add(event.row().getValue("extra"));
                  }

                  @Override
                  public void dead(DecodeException reason, SourceRecord element) {
                    throw new AssertionError(reason);
                  }
                });

    assertEquals(2, count);
    assertEquals(Arrays.asList(21.5, "{\"unit\":\"C\"}", null, ""), values);
  }
}
