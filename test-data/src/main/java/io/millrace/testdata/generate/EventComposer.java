package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import io.millrace.testdata.workload.JsonText;
import io.millrace.testdata.workload.RunningQuery;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Composes drafts of valid events of 1 to 5 KB. */
final class EventComposer {
  private static final int MIN_BYTES = 1024;
  // The field names and one extra text keep an event below 5120 bytes.
  private static final int MAX_TARGET_BYTES = 4500;
  private static final int ABSENT_ONE_IN = 60;
  private static final int NEVER = 0;
  private static final int[] OFFSETS = {120, -300, 330, 60, -210, 540};
  private static final byte[] NULL = json("null");
  private static final byte[][] EXTRAS = {
    json("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\""),
    json("\"schema_version\":2"),
    json("\"labels\":{\"team\":\"Lager Süd\",\"tier\":[1,2,{\"deep\":null}]}"),
    json("\"sampled\":false"),
    json("\"cost\":-1.5e-3"),
    json("\"next\":null"),
    json("\"note\":\"an unknown field \\ud83d\\ude80 with \\\"escapes\\\"\""),
  };

  private final RandomGenerator random;
  private final PayloadWriter payloads;
  private final ErrorDetails errors = new ErrorDetails();
  private final ByteBuilder payload = new ByteBuilder(8192);

  EventComposer(RandomGenerator random) {
    this.random = random;
    payloads = new PayloadWriter(random);
  }

  /** Composes a valid event of the query's current step; optional fields may be absent. */
  EventDraft compose(RunningQuery query, long eventTime) {
    EventDraft draft = draft(query, eventTime, ABSENT_ONE_IN);
    draft.hasMetadata = query.failsNow() || random.nextInt(150) != 0;
    if (draft.hasMetadata) {
      metadata(draft, query, ABSENT_ONE_IN);
      if (random.nextInt(12) == 0) {
        draft.extraMetadataMember = EXTRAS[random.nextInt(EXTRAS.length)];
      }
    }
    if (random.nextInt(12) == 0) {
      draft.extraMember = EXTRAS[random.nextInt(EXTRAS.length)];
    }
    payload(draft);
    return draft;
  }

  /** Composes a valid event with every known field, which can then be made malformed. */
  EventDraft composeFull(RunningQuery query, long eventTime) {
    EventDraft draft = draft(query, eventTime, NEVER);
    metadata(draft, query, NEVER);
    payloads.writeAtLeast(draft.payload, 600);
    draft.hasPayload = true;
    return draft;
  }

  private EventDraft draft(RunningQuery query, long eventTime, int absentOneIn) {
    EventDraft draft = new EventDraft(query, eventTime, payload);
    draft.layout = random.nextInt(EventWriter.layouts());
    draft.spaced = random.nextInt(10) == 0;
    draft.timestamp = IsoTime.json(eventTime, offset());
    if (present(absentOneIn)) {
      draft.queryText = query.sql().json();
      draft.queryTextColumn = query.sql().utf8();
    }
    return draft;
  }

  private void metadata(EventDraft draft, RunningQuery query, int absentOneIn) {
    if (present(absentOneIn)) {
      draft.userId = query.user().json();
      draft.userColumn = query.user().text();
    }
    if (present(absentOneIn)) {
      draft.database = query.database().name().json();
      draft.databaseColumn = query.database().name().text();
    }
    if (present(absentOneIn)) {
      draft.durationMs = query.durationMs();
      draft.duration = json(Long.toString(draft.durationMs));
    }
    if (present(absentOneIn)) {
      draft.rowsAffected = query.rowsAffected();
      draft.rows = json(Long.toString(draft.rowsAffected));
    }
    if (query.failsNow()) {
      JsonText detail = errors.draw(random);
      draft.error = detail.json();
      draft.errorColumn = detail.utf8();
      draft.hasError = true;
    } else if (random.nextInt(3) == 0) {
      draft.error = NULL;
    }
  }

  private void payload(EventDraft draft) {
    int without = draft.valueBytes();
    if (without >= MIN_BYTES && random.nextInt(30) == 0) {
      return;
    }
    draft.hasPayload = true;
    if (without >= MIN_BYTES && random.nextBoolean()) {
      payloads.writeAny(draft.payload);
    } else {
      double drawn = random.nextDouble();
      int target = MIN_BYTES + (int) ((MAX_TARGET_BYTES - MIN_BYTES) * drawn * drawn * drawn);
      payloads.writeAtLeast(draft.payload, Math.max(20, target - without));
    }
  }

  private boolean present(int absentOneIn) {
    return absentOneIn == NEVER || random.nextInt(absentOneIn) != 0;
  }

  private int offset() {
    return random.nextInt(12) == 0 ? OFFSETS[random.nextInt(OFFSETS.length)] : 0;
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
