package io.millrace.cli.demo;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The records of a sample file, one a line. Each has the time of its last event as record time, as
 * if it had been sent then, so that the sample's age makes no event late.
 */
record SampleEvents(Path file, List<Sample> samples) {
  /** How often each record is sent. The repeats show deduplication. */
  static final int COPIES = 2;

  /** A record with its record time, in milliseconds since the epoch. */
  record Sample(byte[] value, long recordTimeMillis) {}

  /**
   * Reads a sample file.
   *
   * @throws WrongUseException if it cannot be read or holds no record
   */
  static SampleEvents read(Path file, Contract contract) {
    RecordDecoder decoder = RecordDecoder.compile(contract, System::currentTimeMillis);
    List<Sample> samples = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          byte[] value = line.getBytes(StandardCharsets.UTF_8);
          samples.add(new Sample(value, lastEvent(decoder, value)));
        }
      }
    } catch (IOException e) {
      throw new WrongUseException("cannot read " + file + " as lines of UTF-8: " + e.getMessage());
    }
    if (samples.isEmpty()) {
      throw new WrongUseException(file + " holds no record; expected one record a line");
    }
    // Kafka's record times follow each other, whatever the order of the file.
    samples.sort(Comparator.comparingLong(Sample::recordTimeMillis));
    return new SampleEvents(file, List.copyOf(samples));
  }

  /** Sends each record twice. */
  void send(RecordSink sink) throws InterruptedException {
    for (Sample sample : samples) {
      for (int copy = 0; copy < COPIES; copy++) {
        sink.send(
            new GeneratedRecord(
                null, sample.value(), sample.recordTimeMillis(), 0, Map.of(), null));
      }
    }
    sink.flush();
  }

  /** The number of records that {@link #send} sends. */
  long sent() {
    return (long) COPIES * samples.size();
  }

  private static long lastEvent(RecordDecoder decoder, byte[] value) {
    long now = System.currentTimeMillis();
    LastTime last = new LastTime();
    try {
      Object unused =
          decoder.decode(new SourceRecord("sample", 0, 0, null, value, List.of(), now, now), last);
    } catch (DecodeException e) {
      // The run will tell.
    }
    return last.millis == Long.MIN_VALUE ? now : last.millis;
  }

  private static final class LastTime implements RecordDecoder.Receiver {
    private long millis = Long.MIN_VALUE;

    @Override
    public void event(Event event) {
      millis = Math.max(millis, event.eventTimeMillis());
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      // The run will tell.
    }
  }
}
