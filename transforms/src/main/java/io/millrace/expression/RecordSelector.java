package io.millrace.expression;

import io.millrace.contract.Contract;
import io.millrace.contract.RecordRule;
import io.millrace.contract.RowSchemas;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.LostRange;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells which records a contract describes, by its {@link RecordRule}. Equal records get equal
 * answers. A lost range has no key and no headers: the topic alone decides. A replayed dead letter
 * has the topic in which it was read first, not that of the dead letters.
 *
 * <p>Cost: a look-up by topic; with an expression, its evaluation, for which key and headers are
 * decoded. Keeps one entry for each topic. Not thread-safe.
 */
public final class RecordSelector {
  private static final Schema SCHEMA = RowSchemas.of(RecordRule.FIELDS);

  private final List<Pattern> topics;
  private final @Nullable RowTest when;
  private final Map<String, Boolean> known = new HashMap<>();

  private RecordSelector(RecordRule rule) {
    String expression = rule.when();
    this.topics = rule.topics().stream().map(RecordSelector::pattern).toList();
    this.when =
        expression == null ? null : new Expressions(RecordRule.FIELDS).condition(expression);
  }

  /** The selector of a contract; null if it describes all records. */
  public static @Nullable RecordSelector of(Contract contract) {
    RecordRule rule = contract.records();
    return rule == null ? null : new RecordSelector(rule);
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** Whether the contract describes a record. */
  public boolean takes(SourceRecord record) {
    String topic = topic(record);
    if (!takesTopic(topic)) {
      return false;
    }
    return when == null
        || LostRange.isLostRange(record)
        || when.test(RowValues.attach(SCHEMA, values(topic, record))) == RowTest.TRUE;
  }

  private static String topic(SourceRecord record) {
    SourceRecord.Header header = record.header(DeadLetterFactory.FIRST_PLACE_HEADER);
    if (header == null) {
      return record.topic();
    }
    // Topic, partition and offset: a file or a subscription has other slashes before the last one.
    String place = text(header.value());
    int end = place.lastIndexOf('/', Math.max(0, place.lastIndexOf('@')));
    return end <= 0 ? record.topic() : place.substring(0, end);
  }

  /** Whether the contract may describe records of a topic. */
  public boolean takesTopic(String topic) {
    Boolean taken = known.get(topic);
    if (taken == null) {
      taken =
          topics.isEmpty() || topics.stream().anyMatch(pattern -> pattern.matcher(topic).matches());
      known.put(topic, taken);
    }
    return taken;
  }

  private static @Nullable Object[] values(String topic, SourceRecord record) {
    Map<String, String> headers = new HashMap<>();
    for (SourceRecord.Header header : record.headers()) {
      headers.put(header.name(), text(header.value()));
    }
    byte[] key = record.key();
    return new @Nullable Object[] {topic, key == null ? null : text(key), headers};
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
