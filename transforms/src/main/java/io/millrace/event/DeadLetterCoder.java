package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/** The coder of a {@link DeadLetter}. */
public final class DeadLetterCoder extends AtomicCoder<DeadLetter> {
  private static final long serialVersionUID = 1L;

  private static final DeadLetterCoder INSTANCE = new DeadLetterCoder();
  private static final StringUtf8Coder STRINGS = StringUtf8Coder.of();

  private DeadLetterCoder() {}

  public static DeadLetterCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(DeadLetter letter, OutputStream out) throws IOException {
    SourceRecordCoder.of().encode(letter.origin(), out);
    STRINGS.encode(letter.code().name(), out);
    STRINGS.encode(letter.message(), out);
    STRINGS.encode(letter.stage(), out);
    STRINGS.encode(letter.contract(), out);
    VarInt.encode(letter.contractVersion(), out);
    STRINGS.encode(letter.consumer(), out);
    SourceRecordCoder.writeLong(letter.firstSeenMillis(), out);
    VarInt.encode(letter.attempt(), out);
  }

  @Override
  public DeadLetter decode(InputStream in) throws IOException {
    return new DeadLetter(
        SourceRecordCoder.of().decode(in),
        DeadLetterCode.valueOf(STRINGS.decode(in)),
        STRINGS.decode(in),
        STRINGS.decode(in),
        STRINGS.decode(in),
        VarInt.decodeInt(in),
        STRINGS.decode(in),
        SourceRecordCoder.readLong(in),
        VarInt.decodeInt(in));
  }

  @Override
  public void verifyDeterministic() {}
}
