package io.millrace.cli.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.deadletters.LetterText;
import io.millrace.cli.explain.DeadLetterPlace;
import io.millrace.cli.explain.DeadLetterReader;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.ExplanationJson;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord.Header;
import io.millrace.pipeline.WrongUseException;
import io.millrace.redact.SealedBytes;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One dead letter with its key, headers and bytes, and what would become of it now under its
 * contract. Encrypted bytes are not opened.
 */
final class LetterDetail {
  private static final int MOST_BYTES = 16 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TableQueries tables;
  private final List<Contract> contracts;

  LetterDetail(TableQueries tables, List<Contract> contracts) {
    this.tables = tables;
    this.contracts = contracts;
  }

  /**
   * The dead letters at {@code place} in the table {@code table}: one, or one for each dead element
   * of a record.
   */
  JsonNode answer(ApiQuery query) {
    DeadLetterPlace place = DeadLetterPlace.parse(query.required("place"));
    String table = query.required("table");
    List<StoredDeadLetter> letters =
        tables.with(
            queries -> {
              if (!DeadLetterReader.tables(queries).contains(table)) {
                throw new IllegalArgumentException("there is no table of dead letters " + table);
              }
              return new DeadLetterReader(queries, table).read(place);
            });
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode all = answer.putArray("letters");
    letters.forEach(letter -> all.add(shown(letter)));
    return answer;
  }

  private ObjectNode shown(StoredDeadLetter letter) {
    ObjectNode shown = JSON.valueToTree(LetterText.json(letter).values());
    byte[] value = letter.record().value();
    boolean sealed = value != null && SealedBytes.isSealed(value);
    shown.put("encrypted", sealed);
    shown.put("text", value == null ? null : LetterText.bounded(value, MOST_BYTES));
    byte[] key = letter.record().key();
    shown.put("key", key == null ? null : LetterText.bounded(key, MOST_BYTES));
    ArrayNode headers = shown.putArray("headers");
    for (Header header : letter.record().headers()) {
      byte[] text = header.value();
      headers
          .addObject()
          .put("name", header.name())
          .put("value", text == null ? null : LetterText.bounded(text, MOST_BYTES));
    }
    explain(letter, sealed, shown);
    return shown;
  }

  private void explain(StoredDeadLetter letter, boolean sealed, ObjectNode shown) {
    ArrayNode now = shown.putArray("now");
    Contract contract = contract(letter.contract());
    if (contract == null) {
      shown.put("unexplained", "Give --contract with the contract " + letter.contract());
      return;
    }
    if (sealed) {
      shown.put("unexplained", "The bytes are encrypted: use `dead-letters show --decrypt`");
      return;
    }
    try (RecordExplainer explainer = RecordExplainer.of(contract, System.currentTimeMillis())) {
      for (EventExplanation event : letter.explain(explainer, contract.holdsMany()).events()) {
        ObjectNode one = now.addObject().put("line", event.describe());
        one.set("event", JSON.readTree(ExplanationJson.of(event, null)));
      }
    } catch (WrongUseException e) {
      shown.put("unexplained", e.getMessage());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an explanation is no JSON", e);
    }
  }

  private @Nullable Contract contract(String name) {
    return contracts.stream()
        .filter(contract -> contract.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
