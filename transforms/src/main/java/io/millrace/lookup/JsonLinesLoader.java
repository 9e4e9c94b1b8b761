package io.millrace.lookup;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Loads JSON objects, one after the other. A member that is an object or an array is its JSON text;
 * an absent one and null are no value.
 */
public final class JsonLinesLoader implements LookupLoader {
  // Whoever opened the content closes it.
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);

  @Override
  public boolean loads(Lookup.Kind kind) {
    return kind == Lookup.Kind.JSONL;
  }

  @Override
  public LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws IOException, LookupException {
    RowTable.Builder table = new RowTable.Builder(lookup, columns);
    @Nullable String[] texts = new @Nullable String[columns.size()];
    long number = 0;
    try (MappingIterator<JsonNode> rows = JSON.readerFor(JsonNode.class).readValues(content)) {
      while (rows.hasNextValue()) {
        JsonNode row = rows.nextValue();
        String place = "row " + ++number;
        if (!row.isObject()) {
          throw new LookupException(place + ": expected a JSON object");
        }
        for (int i = 0; i < texts.length; i++) {
          texts[i] = text(row.path(lookup.columns().get(i).source()));
        }
        JsonNode keyNode = row.path(lookup.keyColumn());
        if (keyNode.isMissingNode()) {
          throw new LookupException("%s: has no key `%s`".formatted(place, lookup.keyColumn()));
        }
        String key = text(keyNode);
        // As in CSV, no event finds a row whose key is null.
        if (key != null) {
          table.add(key, texts, place);
        }
      }
    } catch (JsonProcessingException e) {
      // The message of the parser would quote the content.
      throw new LookupException("row " + (number + 1) + ": is not valid JSON", e);
    }
    return table.build();
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
