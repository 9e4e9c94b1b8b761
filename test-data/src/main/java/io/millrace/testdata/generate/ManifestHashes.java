package io.millrace.testdata.generate;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.workload.ByteBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the two hashes of a manifest entry. */
final class ManifestHashes {
  private static final char SEPARATOR = 0x1F;
  private static final HexFormat HEX = HexFormat.of();

  private final MessageDigest sha256;
  private final ByteBuilder row = new ByteBuilder(16_384);

  ManifestHashes() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java runtime has no SHA-256", e);
    }
  }

  String ofValue(byte[] value) {
    return HEX.formatHex(sha256.digest(value));
  }

  /** The hash of the columns, see {@link ManifestEntry#rowSha256()}. */
  String ofRow(EventDraft draft) {
    row.clear();
    row.add(draft.key.utf8());
    row.add(SEPARATOR).ascii(draft.type.text());
    row.add(SEPARATOR).add(draft.queryTextColumn);
    row.add(SEPARATOR).utf8(draft.userColumn);
    row.add(SEPARATOR).utf8(draft.databaseColumn);
    row.add(SEPARATOR).number(draft.durationMs);
    row.add(SEPARATOR).number(draft.rowsAffected);
    row.add(SEPARATOR).add(draft.payload.array(), 0, draft.payload.size());
    row.add(SEPARATOR).add(draft.errorColumn);
    row.add(SEPARATOR).number(draft.eventTime);
    sha256.update(row.array(), 0, row.size());
    return HEX.formatHex(sha256.digest());
  }
}
