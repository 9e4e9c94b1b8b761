package io.millrace.contract.language;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema of the language beside the loader: both are made from one table. */
class LanguageSchemaTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V7)
          .getSchema(new ObjectMapper().<JsonNode>valueToTree(LanguageSchema.json()));

  /** A contract with every key except those of other formats. */
  private static final String FULL =
      """
      contract: full
      version: 2
      description: Everything
      format: {type: influx, precision: ms}
      compression: header
      limits: {max_bytes: 1000, max_depth: 10, max_events: 100, max_record_bytes: 5000}
      fields:
        at: {path: time, type: timestamp, format: epoch_ms, precision: 3, required: true}
        id: {path: [tags, id], type: string, required: true, low_cardinality: true}
        kind: {path: tags.kind, type: string, default: none}
        amount: {path: fields.amount, type: decimal, precision: 9, scale: 2}
        note: {path: fields.note, type: text}
        state: {path: tags.state, type: enum, values: {up: 1, down: 2}}
      event_time: {field: at, out_of_orderness: 10s, allowed_lateness: 1h, bucket: 1m,
                   max_ahead: 1d, not_before: 2020-01-01T00:00:00Z}
      identity: [id, at]
      error: {field: note, is: present}
      filter:
        tests: kind == 'test'
        sample: {when: kind == 'visit', keep: 0.1, on_error: dead}
      lookups:
        users: {from: "https://host/users", kind: csv, key: kind, key_column: id, refresh: 5m,
                on_missing: dead, max_megabytes: 5, user: me, password: "env:PASSWORD",
                columns: {country: c, age: {column: a, type: int32},
                          worth: {type: decimal, precision: 9, scale: 2},
                          plan: {low_cardinality: true}}}
        more: {from: "https://host/more.jsonl", key: kind, columns: [size], token: "env:TOKEN",
               ca: ca.pem}
      derive:
        loud: kind + '!'
        cents: {value: double(size(kind)) * 0.1, type: decimal, precision: 9, scale: 2, on_error: dead}
        word: {value: loud, low_cardinality: true}
      redact:
        - {field: note, do: hash, key: 'env:KEY'}
        - {path: [tags, other], do: mask, keep: 4}
        - {pattern: '[a-z]+@[a-z.]+', do: remove, key: 'env:KEY'}
        - {record_key: true, do: keep}
        - {header: user, do: truncate, keep: 1}
      dead_letters: {bytes: encrypt, key: 'env:KEY'}
      unknown_fields: {column: extra, as: json}
      tables:
        normal: {name: full, columns: [id, at, extra], order_by: [id], ttl: 9d}
        error: {name: full_errors, columns: [id, at, extra], order_by: [id], ttl: 9d}
        late: {name: full_late, columns: [id, at, extra], order_by: [id], ttl: 9d}
        dead_letters: {name: full_dead, ttl: 9d}
        audit: {name: full_audit, ttl: 9d}
        alerts: {name: full_alerts, ttl: 9d}
      rollups:
        r: {window: {fixed: 5m}, early: 5s, ttl: 9d, group_by: [kind],
            where: [{field: note, is: absent}, {field: kind, in: [a]}],
            measures: {c: {type: count}, s: {type: sum, field: amount}, e: {type: error_rate},
                       i: {type: count_if, field: note, is: present},
                       j: {type: count_if, field: kind, in: [a]},
                       q: {type: quantiles, field: amount, at: [0.5]},
                       d: {type: distinct, field: id}}}
        s: {window: {sliding: 10m, every: 1m}, where: {field: note, is: absent},
            measures: {c: {type: count}}}
        t: {window: {session: 30m}, measures: {c: {type: count}}}
      alerts:
        high: {on: r, when: c > 1, for: 5m, clear: c < 1, labels: {severity: page},
               summary: "{c} events"}
        soon: {on: r, when: c > 1, early: true}
        gone: {on: s, absent_for: 10m, forget_after: 1d}
        behind: {on: health, when: consumer_lag_seconds > 60, by: [topic], runbook: "https://wiki"}
      """;

  /** The keys that are for JSON only. */
  private static final String JSON =
      """
      contract: json
      format: json
      events: {path: all}
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        n: {type: int64, lenient: true, on_invalid: null}
        doc: {type: json, store_as: json}
        times: {type: array, items: {type: timestamp, format: epoch_s, precision: 3, lenient: true}}
        sums: {type: array, items: {type: decimal, precision: 9, scale: 2}}
        rows: {type: array, items: {type: record, fields: {a: {type: string, on_invalid: "null"}}}}
      event_time: {field: at}
      identity: [id, at]
      """;

  private static List<String> rejectedBySchema(JsonNode contract) {
    return SCHEMA.validate(contract).stream().map(Object::toString).toList();
  }

  private static List<String> rejectedByLoader(JsonNode contract) {
    try {
      ContractLoader.parse(
          contract.toString(),
          "c.yaml",
          name -> Files.readAllBytes(Path.of("src/test/resources").resolve(name)));
      return List.of();
    } catch (ContractException e) {
      return e.problems();
    }
  }

  private static JsonNode tree(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new AssertionError(yaml, e);
    }
  }

  @Test
  void acceptsShippedContracts() throws Exception {
    try (var files = Files.list(Path.of("../test-data/contracts"))) {
      for (Path file : files.toList()) {
        assertThat(file.toString(), rejectedBySchema(tree(Files.readString(file))), empty());
      }
    }
  }

  @Test
  void acceptsEveryKey() {
    for (String contract : List.of(FULL, JSON)) {
      assertThat(rejectedByLoader(tree(contract)), empty());
      assertThat(rejectedBySchema(tree(contract)), empty());
    }
  }

  /** The pointers to all values of a contract. */
  private static List<String> pointers(JsonNode node, String at) {
    List<String> all = new ArrayList<>();
    if (!at.isEmpty()) {
      all.add(at);
    }
    if (node instanceof ObjectNode) {
      node.fieldNames()
          .forEachRemaining(key -> all.addAll(pointers(node.get(key), at + "/" + key)));
    }
    for (int i = 0; node instanceof ArrayNode && i < node.size(); i++) {
      all.addAll(pointers(node.get(i), at + "/" + i));
    }
    return all;
  }

  private static void forEachValue(BiConsumer<JsonNode, String> action) {
    for (String text : List.of(FULL, JSON)) {
      JsonNode contract = tree(text);
      pointers(contract, "").forEach(at -> action.accept(contract, at));
    }
  }

  /** A contract with another value at a pointer, or without it if the value is null. */
  private static JsonNode with(JsonNode contract, String pointer, JsonNode value) {
    JsonNode root = contract.deepCopy();
    int last = pointer.lastIndexOf('/');
    String key = pointer.substring(last + 1);
    if (root.at(pointer.substring(0, last)) instanceof ObjectNode parent) {
      if (value == null) {
        parent.remove(key);
      } else {
        parent.set(key, value);
      }
    } else if (root.at(pointer.substring(0, last)) instanceof ArrayNode list) {
      if (value == null) {
        list.remove(Integer.parseInt(key));
      } else {
        list.set(Integer.parseInt(key), value);
      }
    }
    return root;
  }

  /** What the schema rejects, the loader rejects: an editor never marks a valid contract. */
  @Test
  void rejectsNothingThatTheLoaderAccepts() {
    List<JsonNode> values =
        Stream.of("1", "x", "true", "[]", "[x]", "{x: 1}").map(LanguageSchemaTest::tree).toList();
    int[] rejected = new int[2];
    forEachValue(
        (contract, at) -> {
          for (int i = -1; i < values.size(); i++) {
            JsonNode changed = with(contract, at, i < 0 ? null : values.get(i));
            List<String> found = rejectedBySchema(changed);
            boolean invalid = !rejectedByLoader(changed).isEmpty();
            assertTrue(
                found.isEmpty() || invalid,
                at + ": " + (i < 0 ? "removed" : values.get(i)) + " " + found);
            rejected[0] += invalid ? 1 : 0;
            rejected[1] += found.isEmpty() ? 0 : 1;
          }
        });
    assertThat(rejected[0], greaterThan(700));
    assertThat(
        "most problems are found in an editor", rejected[1] * 10, greaterThan(rejected[0] * 8));
  }

  @Test
  void bothRejectAnUnknownKeyInEveryMapping() {
    int[] mappings = new int[1];
    forEachValue(
        (contract, at) -> {
          JsonNode root = contract.deepCopy();
          boolean named =
              at.matches(
                  "/fields|/filter|/derive|/lookups|/lookups/users/columns|/rollups|/alerts|.*/labels|.*/measures|.*/fields");
          if (root.at(at) instanceof ObjectNode mapping && !named) {
            mapping.put("no_such_key", "x");
            assertFalse(rejectedBySchema(root).isEmpty(), "schema: " + at);
            assertFalse(rejectedByLoader(root).isEmpty(), "loader: " + at);
            mappings[0]++;
          }
        });
    assertThat(mappings[0], greaterThan(40));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /contract                   | ~
          /contract                   | 5
          /identity                   | ~
          /event_time/field           | ~
          /event_time/bucket          | soon
          /fields                     | {}
          /fields/at/type             | ~
          /fields/at/type             | timestmap
          /fields/amount/precision    | 39
          /fields/1st                 | {type: string}
          /format                     | cobol
          /format/precision           | h
          /format                     | {type: csv, header: maybe}
          /compression                | lz4
          /limits/max_depth           | 901
          /error                      | {field: note}
          /error                      | {field: note, is: present, in: [a]}
          /error/is                   | gone
          /tables/normal/ttl          | 9
          /tables/normal/name         | a b
          /tables/audit/columns       | [id]
          /rollups/r/window           | {fixed: 5m, session: 5m}
          /rollups/r/window           | {every: 5m}
          /rollups/r/measures         | []
          /rollups/r/measures/c/field | id
          /rollups/r/measures/s/field | ~
          /rollups/r/measures/q/at    | [1.5]
          """)
  void bothReject(String pointer, String value) {
    JsonNode contract = with(tree(FULL), pointer, value.equals("~") ? null : tree(value));

    assertFalse(rejectedBySchema(contract).isEmpty());
    assertFalse(rejectedByLoader(contract).isEmpty());
  }

  /** Otherwise an editor shows nothing for it. */
  @Test
  void describesEveryKey() {
    int[] keys = new int[1];
    List<Shape> shapes = new ArrayList<>(ContractLanguage.DEFINITIONS.values());
    shapes.add(ContractLanguage.CONTRACT);
    while (!shapes.isEmpty()) {
      Shape shape = shapes.remove(shapes.size() - 1);
      if (shape instanceof Shape.Either either) {
        shapes.addAll(either.shapes());
      } else if (shape instanceof Shape.Variants variants) {
        shapes.addAll(variants.byTag().values());
      } else if (shape instanceof Shape.Mapping mapping) {
        for (Shape.MappingKey key : mapping.keys()) {
          assertFalse(key.description().isBlank(), key.name());
          assertFalse(key.description().endsWith("."), key.name());
          shapes.add(key.shape());
          keys[0]++;
        }
      }
    }
    assertThat(keys[0], greaterThan(60));
    assertEquals("contract", ContractLanguage.CONTRACT.names().get(0));
  }
}
