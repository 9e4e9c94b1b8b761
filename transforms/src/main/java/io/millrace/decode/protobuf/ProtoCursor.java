package io.millrace.decode.protobuf;

import io.millrace.contract.Contract;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Place;
import io.millrace.decode.binary.ScalarValues;
import io.millrace.decode.binary.UnknownValues;

/** What the steps of a plan work on: where they are in an event and what was found in it. */
final class ProtoCursor {
  final Place place = new Place();
  final ScalarValues scalars = new ScalarValues(place);
  final UnknownValues unknown;

  /** For texts of single fields. */
  final JsonText text = new JsonText();

  ProtoCursor(Contract contract) {
    this.unknown = new UnknownValues(contract.unknownFields().form(), place);
  }

  void clear() {
    place.clear();
    unknown.clear();
  }
}
