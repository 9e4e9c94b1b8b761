package io.millrace.archive.write;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.util.VarInt;

/**
 * Some encoded rows of one partition.
 *
 * @param bytes the rows, one after the other, each with the coder of its element; must not change
 * @param rows number of rows
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record RowBlock(byte[] bytes, int rows) {
  /** The coder, part of savepoints. */
  static final class Coder extends AtomicCoder<RowBlock> {
    private static final long serialVersionUID = 1L;

    private static final Coder INSTANCE = new Coder();

    static Coder of() {
      return INSTANCE;
    }

    @Override
    public void encode(RowBlock block, OutputStream out) throws IOException {
      VarInt.encode(block.rows, out);
      VarInt.encode(block.bytes.length, out);
      out.write(block.bytes);
    }

    @Override
    public RowBlock decode(InputStream in) throws IOException {
      int rows = VarInt.decodeInt(in);
      byte[] bytes = new byte[VarInt.decodeInt(in)];
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("a block of rows ends before it is complete");
      }
      return new RowBlock(bytes, rows);
    }

    @Override
    public boolean isRegisterByteSizeObserverCheap(RowBlock block) {
      return true;
    }

    @Override
    protected long getEncodedElementByteSize(RowBlock block) {
      return VarInt.getLength(block.rows)
          + VarInt.getLength(block.bytes.length)
          + (long) block.bytes.length;
    }
  }
}
