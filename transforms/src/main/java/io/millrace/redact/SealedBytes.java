package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encrypts what a dead letter keeps of a record: its key, its bytes and its headers become one
 * value. AES-256 in GCM; the key is the HMAC-SHA256 of a fixed text by the secret, and each value
 * has a random nonce of 96 bits. One secret is good for four thousand million values.
 *
 * <p>The value: {@code MRE} and the version 1 (4 bytes), the length of the record's place (2 bytes,
 * big-endian) and the place, which are authenticated but readable; the nonce (12 bytes); the
 * encrypted content and its tag. Not thread-safe.
 */
public final class SealedBytes {
  /** Header of a dead letter whose bytes were dropped or encrypted: which of them. */
  public static final String HEADER = "millrace-bytes";

  /** The value of {@link #HEADER} for encrypted bytes. */
  public static final String ENCRYPTED = "encrypted";

  private static final byte[] MAGIC = {'M', 'R', 'E', 1};
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int LEAST_SECRET = 16;
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private SealedBytes(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * Encrypts and decrypts with a secret.
   *
   * @throws IllegalArgumentException if the secret is too short to be one
   */
  public static SealedBytes with(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    if (bytes.length < LEAST_SECRET) {
      throw new IllegalArgumentException(
          "the secret of dead_letters.key has less than " + LEAST_SECRET + " bytes");
    }
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(bytes, MAC));
      return new SealedBytes(
          new SecretKeySpec(mac.doFinal("millrace dead letters 1".getBytes(UTF_8)), "AES"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no " + MAC, e);
    }
  }

  /** Whether a record is a dead letter whose bytes are encrypted. */
  public static boolean isSealed(SourceRecord record) {
    Header header = record.header(HEADER);
    byte[] value = record.value();
    return header != null
        && Arrays.equals(header.storedValue(), ENCRYPTED.getBytes(UTF_8))
        && value != null
        && isSealed(value);
  }

  /** Whether a value begins like an encrypted one. */
  public static boolean isSealed(byte[] value) {
    return value.length > MAGIC.length + 2 + NONCE_BYTES
        && Arrays.equals(value, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** What is kept of a record: its place, Millrace's own headers, and the encrypted rest. */
  SourceRecord seal(SourceRecord record) {
    if (isSealed(record)) {
      return record.withContent(null, record.value(), KeptHeaders.own(record.headers()));
    }
    byte[] clear = clear((record.topic() + "/" + record.partition() + "@" + record.offset()));
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, nonce, clear, content(record));
    byte[] value = Arrays.copyOf(clear, clear.length + NONCE_BYTES + encrypted.length);
    System.arraycopy(nonce, 0, value, clear.length, NONCE_BYTES);
    System.arraycopy(encrypted, 0, value, clear.length + NONCE_BYTES, encrypted.length);
    List<Header> headers = new ArrayList<>(KeptHeaders.own(record.headers()));
    headers.add(new Header(HEADER, ENCRYPTED.getBytes(UTF_8)));
    return record.withContent(null, value, List.copyOf(headers));
  }

  /**
   * The record as it was before its bytes were encrypted. Headers of Millrace that the dead letter
   * has stay as they are.
   *
   * @throws IllegalArgumentException if the bytes were changed, or encrypted with another secret
   */
  public SourceRecord open(SourceRecord letter) {
    byte[] value = letter.value();
    if (value == null || !isSealed(value)) {
      throw new IllegalArgumentException("the bytes are not encrypted");
    }
    int placeEnd = MAGIC.length + 2 + ((value[4] & 0xff) << Byte.SIZE | (value[5] & 0xff));
    int from = placeEnd + NONCE_BYTES;
    if (from > value.length) {
      throw new IllegalArgumentException("the encrypted bytes are cut");
    }
    byte[] clear = Arrays.copyOf(value, placeEnd);
    byte[] nonce = Arrays.copyOfRange(value, placeEnd, from);
    byte[] content =
        crypt(Cipher.DECRYPT_MODE, nonce, clear, Arrays.copyOfRange(value, from, value.length));
    return record(letter, content);
  }

  /** The place of an encrypted record: {@code topic/partition@offset}. */
  public static String place(byte[] value) {
    int length = (value[4] & 0xff) << Byte.SIZE | (value[5] & 0xff);
    return new String(value, 6, Math.min(length, value.length - 6), UTF_8);
  }

  private byte[] crypt(int mode, byte[] nonce, byte[] clear, byte[] bytes) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(clear);
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      if (mode == Cipher.DECRYPT_MODE) {
        throw new IllegalArgumentException(
            "cannot decrypt the bytes: they were changed, or encrypted with another secret", e);
      }
      throw new IllegalStateException("the JDK has no " + CIPHER, e);
    }
  }

  private static byte[] clear(String place) {
    byte[] text = place.getBytes(UTF_8);
    byte[] clear = Arrays.copyOf(MAGIC, MAGIC.length + 2 + text.length);
    clear[4] = (byte) (text.length >> Byte.SIZE);
    clear[5] = (byte) text.length;
    System.arraycopy(text, 0, clear, 6, text.length);
    return clear;
  }

  private static byte[] content(SourceRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(record.key(), out);
      write(record.value(), out);
      out.writeInt(record.headers().size());
      for (Header header : record.headers()) {
        write(header.name().getBytes(UTF_8), out);
        write(header.value(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing bytes does no IO", e);
    }
    return bytes.toByteArray();
  }

  private static void write(byte @Nullable [] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static SourceRecord record(SourceRecord letter, byte[] content) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      byte[] recordKey = read(in);
      byte[] value = read(in);
      List<Header> headers = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (Header header : letter.headers()) {
        if (!header.name().equals(HEADER)) {
          headers.add(header);
          names.add(header.name());
        }
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        byte[] name = read(in);
        Header header = new Header(name == null ? "" : new String(name, UTF_8), read(in));
        if (!KeptHeaders.isOwn(header.name()) || !names.contains(header.name())) {
          headers.add(header);
        }
      }
      return letter.withContent(recordKey, value, List.copyOf(headers));
    } catch (IOException e) {
      throw new IllegalArgumentException("the encrypted content is cut", e);
    }
  }

  private static byte @Nullable [] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : in.readNBytes(length);
  }
}
