package io.millrace.decode.avro;

import io.millrace.contract.Contract;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Place;
import io.millrace.decode.binary.ScalarValues;
import io.millrace.decode.binary.UnknownValues;

/** What the steps of a plan work on: the bytes of one event and what was found in them. */
final class AvroCursor {
  final AvroInput in;
  final Place place = new Place();
  final ScalarValues scalars = new ScalarValues(place);

  /** Values in values are read by recursion. */
  private static final int MOST_LEVELS = 256;

  final UnknownValues unknown;

  /** For texts of single fields. */
  final JsonText text = new JsonText();

  AvroCursor(Contract contract) {
    this.in = new AvroInput(Math.min(contract.limits().maxDepth(), MOST_LEVELS));
    this.unknown = new UnknownValues(contract.unknownFields().form(), place);
  }

  void open(byte[] bytes, int from) {
    in.open(bytes, from);
    place.clear();
    unknown.clear();
  }
}
