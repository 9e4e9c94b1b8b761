package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;

/** Writes a draft as JSON, field by field, without validation. */
final class EventWriter {
  // q query_id, t timestamp, e event_type, S query_text, m metadata, p payload
  private static final String[] LAYOUTS = {"qteSmp", "qteSmp", "tqemSp", "pSqetm", "Smqpte"};

  private final ByteBuilder out = new ByteBuilder(16_384);
  private boolean first;
  private boolean spaced;

  /** The number of field orders. */
  static int layouts() {
    return LAYOUTS.length;
  }

  /** The event's bytes, in a new array. */
  byte[] write(EventDraft draft) {
    out.clear();
    spaced = draft.spaced;
    first = true;
    out.add('{');
    String layout = LAYOUTS[draft.layout];
    for (int i = 0; i < layout.length(); i++) {
      field(layout.charAt(i), draft);
      if (i == 2) {
        member(draft.extraMember);
      }
    }
    return out.add('}').toArray();
  }

  private void field(char field, EventDraft draft) {
    switch (field) {
      case 'q' -> value("query_id", draft.queryId);
      case 't' -> value("timestamp", draft.timestamp);
      case 'e' -> value("event_type", draft.eventType);
      case 'S' -> value("query_text", draft.queryText);
      case 'm' -> metadata(draft);
      default -> {
        if (draft.hasPayload) {
          key("payload");
          out.add(draft.payload.array(), 0, draft.payload.size());
        }
      }
    }
  }

  private void metadata(EventDraft draft) {
    if (draft.metadata != null) {
      value("metadata", draft.metadata);
    } else if (draft.hasMetadata) {
      key("metadata");
      out.add('{');
      first = true;
      value("user_id", draft.userId);
      value("database", draft.database);
      value("duration_ms", draft.duration);
      member(draft.extraMetadataMember);
      value("rows_affected", draft.rows);
      value("error", draft.error);
      out.add('}');
      first = false;
    }
  }

  private void value(String name, byte[] json) {
    if (json != null) {
      key(name);
      out.add(json);
    }
  }

  private void member(byte[] json) {
    if (json != null) {
      comma();
      out.add(json);
    }
  }

  private void key(String name) {
    comma();
    out.add('"').ascii(name).add('"').add(':');
    if (spaced) {
      out.add(' ');
    }
  }

  private void comma() {
    if (!first) {
      out.add(',');
      if (spaced) {
        out.add(' ');
      }
    }
    first = false;
  }
}
