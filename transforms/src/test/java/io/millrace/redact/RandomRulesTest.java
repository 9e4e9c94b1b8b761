package io.millrace.redact;

import static io.millrace.redact.Redacting.bytes;
import static io.millrace.redact.Redacting.record;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.event.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random events under random rules: the row and the bytes stay one event, which a replay decodes to
 * the same row, and nothing that a rule is about is in either of them.
 */
class RandomRulesTest {
  private static final int CONTRACTS = 50;
  private static final int EVENTS = 15;
  private static final String FIELDS =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        a: {type: string}
        b: {path: o.b, type: text}
        c: {path: o.p.c, type: json}
        d: {type: map}
        e: {type: array, items: {type: string}}
        f: {type: array, items: {type: record, fields: {g: {type: string}, h: {path: i.h, type: text}}}}
        n: {type: int64, on_invalid: null}
        m: {type: map, values: string}
      event_time: {field: at}
      identity: [id, at]
      """;

  /** Rules of every kind. */
  private static final String[] RULES = {
    "{field: a, do: mask}",
    "{field: b, do: hash, key: 'env:REDACT_KEY'}",
    "{field: c, do: remove}",
    "{path: o.p.c.x, do: mask}",
    "{path: o.p.c.x, do: remove}",
    "{path: 'o.p.c.*', do: remove}",
    "{path: o.p, do: remove}",
    "{path: o, do: remove}",
    "{field: d, do: remove}",
    "{path: d.x, do: remove}",
    "{path: d.y, do: mask}",
    "{field: e, do: hash, key: 'env:REDACT_KEY'}",
    "{path: 'e.*', do: remove}",
    "{path: 'f.*.g', do: mask}",
    "{path: 'f.*.i.h', do: remove}",
    "{path: 'f.*.x', do: mask}",
    "{field: m, do: mask}",
    "{path: n, do: remove}",
    "{path: x, do: mask}",
    "{path: x.y, do: remove}",
    "{path: 'x.*.y', do: hash, key: 'env:REDACT_KEY'}",
    "{pattern: 'secret-[a-z]+', do: mask, key: 'env:REDACT_KEY'}",
    "{pattern: '#+', do: remove, key: 'env:REDACT_KEY'}"
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random = new Random(20260301);
  private int texts;

  private String text() {
    texts++;
    return switch (random.nextInt(6)) {
      case 0 -> "\"\"";
      case 1 -> "\"t" + texts + " secret-abc\\u0021 \\\"x\\\"\"";
      case 2 -> "\"t" + texts + " ##, ü\\n\"";
      case 3 -> "\"s\\u0065cret-x\"";
      default -> "\"t" + texts + "\"";
    };
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 9)) {
      case 0 -> String.valueOf(random.nextInt(1000));
      case 1 -> "null";
      case 2 -> random.nextBoolean() ? "true" : "-1.5e3";
      case 3, 4, 5 -> text();
      case 6 -> "[" + values(depth) + "]";
      default -> object(depth + 1, List.of());
    };
  }

  private String values(int depth) {
    List<String> all = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      all.add(value(depth + 1));
    }
    return String.join(random.nextBoolean() ? "," : " , ", all);
  }

  /** An object with some members, and others with random keys. */
  private String object(int depth, List<String> members) {
    List<String> all = new ArrayList<>(members);
    List<String> keys = new ArrayList<>(List.of("x", "y", "z", "k-secret-q", "w"));
    for (int i = random.nextInt(3); i > 0; i--) {
      all.add("\"" + keys.remove(random.nextInt(keys.size())) + "\": " + value(depth));
    }
    Collections.shuffle(all, random);
    return "{" + String.join(random.nextBoolean() ? "," : " ,\n", all) + "}";
  }

  private String maybe(String member) {
    return random.nextInt(4) == 0 ? "" : member;
  }

  private String event() {
    List<String> inner = new ArrayList<>();
    inner.add(maybe("\"b\":" + (random.nextBoolean() ? text() : value(2))));
    inner.add(maybe("\"p\":" + object(2, List.of("\"c\":" + value(2)))));
    List<String> rows = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      rows.add(object(3, List.of("\"g\":" + text(), "\"i\":{\"h\":" + value(3) + "}")));
    }
    List<String> members = new ArrayList<>();
    members.add("\"id\":\"i" + random.nextInt(9) + "\"");
    members.add("\"at\":\"2026-03-01T10:00:00Z\"");
    members.add(maybe("\"a\":" + text()));
    members.add(maybe("\"o\":" + object(1, present(inner))));
    members.add(maybe("\"d\":" + object(1, List.of())));
    members.add(maybe("\"e\":[" + text() + "," + text() + "]"));
    members.add(maybe("\"f\":[" + String.join(",", rows) + "]"));
    members.add(maybe("\"n\":" + (random.nextBoolean() ? "7" : text())));
    members.add(maybe("\"m\":{\"x\":" + text() + "}"));
    return object(0, present(members));
  }

  private static List<String> present(List<String> members) {
    return members.stream().filter(member -> !member.isEmpty()).toList();
  }

  /** The values of a row; objects that lost their last undeclared field count as absent. */
  private static List<Object> values(Redacting redacting, Event event) throws Exception {
    List<Object> values = new ArrayList<>(event.row().getValues());
    int index = redacting.contract.unknownFieldsIndex();
    if (values.get(index) instanceof String json && !json.isEmpty()) {
      values.set(index, isEmpty(JSON.readTree(json)) ? "" : pruned(JSON.readTree(json)));
    }
    return values;
  }

  private static JsonNode pruned(JsonNode node) {
    node.forEach(RandomRulesTest::pruned);
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.removeIf(name -> !isEmpty(object.get(name)));
      object.remove(names);
    }
    return node;
  }

  private static boolean isEmpty(JsonNode node) {
    pruned(node);
    boolean empty = node.isContainerNode();
    for (JsonNode below : node) {
      empty &= isEmpty(below);
    }
    return empty;
  }

  @Test
  void rowAndBytesStayOneEvent() throws Exception {
    for (int contract = 0; contract < CONTRACTS; contract++) {
      StringBuilder yaml = new StringBuilder(FIELDS);
      if (random.nextBoolean()) {
        yaml.append("unknown_fields: {column: extra, as: map}\n");
      }
      yaml.append("redact:\n");
      boolean pattern = false;
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        String rule = RULES[random.nextInt(RULES.length)];
        pattern |= rule.contains("secret-");
        yaml.append("  - ").append(rule).append('\n');
      }
      Redacting redacting = new Redacting(yaml.toString());
      for (int i = 0; i < EVENTS; i++) {
        String json = event();
        String where = yaml + json;
        Event event = redacting.redacted(json);
        String kept = bytes(event.origin());
        assertThat(where, redacting.shuffled(event).row(), is(event.row()));
        Event again = redacting.decoded(record(kept)).get(0);
        assertThat(
            where + "\nkept " + kept, values(redacting, again), is(values(redacting, event)));
        Event twice = redacting.redactor.redact(again);
        assertThat(where, bytes(twice.origin()), is(kept));
        assertThat(where, values(redacting, twice), is(values(redacting, event)));
        if (pattern) {
          assertThat(where, event.row().toString(), not(containsString("secret-")));
          assertThat(where, kept, not(containsString("secret-")));
        }
      }
    }
  }
}
