package io.millrace.clickhouse.encoding;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.util.VarInt;

/** Binary form of a packed {@link RowBlock}: three byte arrays with their lengths. */
public final class RowBlockCoder extends AtomicCoder<RowBlock> {
  private static final long serialVersionUID = 1L;

  private static final RowBlockCoder INSTANCE = new RowBlockCoder();

  private RowBlockCoder() {}

  public static RowBlockCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(RowBlock block, OutputStream out) throws IOException {
    block
        .packed()
        .forEachArray(
            (bytes, length) -> {
              VarInt.encode(length, out);
              out.write(bytes, 0, length);
            });
  }

  @Override
  public RowBlock decode(InputStream in) throws IOException {
    return RowBlock.packed(read(in), read(in), read(in));
  }

  private static byte[] read(InputStream in) throws IOException {
    // readNBytes(int) would read chunks and join them.
    byte[] bytes = new byte[VarInt.decodeInt(in)];
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw new EOFException("a block of rows ends before it is complete");
    }
    return bytes;
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public boolean isRegisterByteSizeObserverCheap(RowBlock block) {
    return block.isPacked();
  }

  @Override
  protected long getEncodedElementByteSize(RowBlock block) throws IOException {
    long[] size = {0};
    block.packed().forEachArray((bytes, length) -> size[0] += VarInt.getLength(length) + length);
    return size[0];
  }

  @Override
  public void verifyDeterministic() {}
}
