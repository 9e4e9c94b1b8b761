package io.millrace.deadletter.replay;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The records of a replay in a directory, by number from 0: one file of records and one of their
 * places. A record is written with its coder.
 */
public final class ReplayFile {
  private static final String RECORDS = "records";
  private static final String INDEX = "index";

  private ReplayFile() {}

  /** The number of records in a directory. */
  static long count(String directory) throws IOException {
    return Files.size(Path.of(directory, INDEX)) / Long.BYTES;
  }

  /** Writes records in their order. Not thread-safe. */
  public static final class Writer implements AutoCloseable {
    private final DataOutputStream records;
    private final DataOutputStream index;
    private long position;
    private long count;

    /** Creates the files in an empty directory. */
    public Writer(Path directory) throws IOException {
      records = open(directory.resolve(RECORDS));
      index = open(directory.resolve(INDEX));
    }

    private static DataOutputStream open(Path file) throws IOException {
      return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    public void add(SourceRecord record) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      SourceRecordCoder.of().encode(record, bytes);
      index.writeLong(position);
      records.writeInt(bytes.size());
      bytes.writeTo(records);
      position += Integer.BYTES + bytes.size();
      count++;
    }

    /** The number of records so far. */
    public long count() {
      return count;
    }

    @Override
    public void close() throws IOException {
      records.close();
      index.close();
    }
  }

  /** Reads records from a number on. Not thread-safe. */
  static final class Reader implements AutoCloseable {
    private final DataInputStream records;

    Reader(String directory, long from) throws IOException {
      RandomAccessFile file = new RandomAccessFile(Path.of(directory, RECORDS).toFile(), "r");
      if (from < count(directory)) {
        file.seek(position(directory, from));
      }
      records =
          new DataInputStream(
              new BufferedInputStream(Channels.newInputStream(file.getChannel()), 1 << 16));
    }

    private static long position(String directory, long number) throws IOException {
      try (RandomAccessFile index = new RandomAccessFile(Path.of(directory, INDEX).toFile(), "r")) {
        index.seek(number * Long.BYTES);
        return index.readLong();
      }
    }

    SourceRecord next() throws IOException {
      byte[] bytes = records.readNBytes(records.readInt());
      return SourceRecordCoder.of().decode(new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws IOException {
      // Closes the channel, and so the file.
      records.close();
    }
  }
}
