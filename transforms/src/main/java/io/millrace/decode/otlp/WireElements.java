package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;

/**
 * Takes an export request in protobuf apart, by structure alone. The messages around elements are
 * copied without them, because what they hold may stand before or behind them. Not thread-safe.
 */
final class WireElements {
  private final Level request;
  private final WireReader in = new WireReader();

  WireElements(Level request) {
    this.request = request;
  }

  /**
   * Finds the elements of a record.
   *
   * @throws DecodeException if it cannot be taken apart
   */
  void find(byte[] bytes, Elements elements) throws DecodeException {
    in.open(bytes, 0, bytes.length);
    walk(new Context(null, request, false), elements);
  }

  private void walk(Context context, Elements elements) throws DecodeException {
    Level level = context.level;
    RowBuffer rest = new RowBuffer(128);
    if (level.element() != null) {
      elements.innermost(context);
    }
    while (in.hasNext()) {
      int from = in.position();
      int tag = in.tag();
      int number = WireReader.number(tag);
      boolean isElement = level.element() != null && number == level.elementNumber();
      Level inner = isElement ? null : level.at(number);
      if (!isElement && inner == null) {
        in.skip(WireReader.type(tag));
        rest.writeRaw(in.bytes(), from, in.position() - from);
        continue;
      }
      if (WireReader.type(tag) != WireReader.LENGTH) {
        throw new DecodeException(
            DeadLetterCode.WRONG_TYPE,
            "byte "
                + from
                + ": expected `"
                + (inner == null ? level.elementKey() : inner.key())
                + "`, which is a message");
      }
      int length = in.length();
      int end = in.end();
      int valueFrom = in.position();
      int valueTo = valueFrom + length;
      if (inner == null) {
        elements.add(context, valueFrom, valueTo);
      } else {
        in.seek(valueFrom, valueTo);
        walk(new Context(context, inner, false), elements);
      }
      in.seek(valueTo, end);
    }
    context.bytes = rest.toByteArray();
  }
}
