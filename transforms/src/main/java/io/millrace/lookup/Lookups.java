package io.millrace.lookup;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import io.millrace.decode.registry.SchemaRegistry;
import io.millrace.decode.registry.Secrets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks look-ups, and loads what they look up in. */
public final class Lookups {
  /** Option: a user name. */
  public static final String USER = "user";

  /** Option: a reference to the user's password. */
  public static final String PASSWORD = "password";

  /** Option: a reference to a bearer token. */
  public static final String TOKEN = "token";

  /** Option: the certificates to trust, as PEM; the contract names the file that holds them. */
  public static final String CA = "ca";

  private static final int VERSION_BYTES = 4;

  /** A source that stops sending must not stop the refreshing without a word. */
  private static final Duration LONGEST_READING = Duration.ofMinutes(10);

  private Lookups() {}

  /**
   * What is wrong with a look-up, without connecting to its source.
   *
   * @return null if nothing is
   */
  public static @Nullable String problem(Lookup lookup) {
    if (find(LookupLoader.class, loader -> loader.loads(lookup.kind())) == null) {
      return "this program has no look-ups of the kind " + lookup.kind().contractName();
    }
    if (!lookup.kind().hasSource()) {
      return lookup.options().isEmpty()
          ? null
          : "the kind needs no `user`, `password`, `token` or `ca`";
    }
    LookupSource source = source(lookup);
    if (source == null) {
      return "expected a URL such as file:///data/users.csv, gs://bucket/users.csv,"
          + " https://host/users.csv or clickhouse://host:8123/database/table";
    }
    boolean user = lookup.options().containsKey(USER);
    if (user != lookup.options().containsKey(PASSWORD)) {
      return "expected both `user` and `password`";
    }
    if (user && lookup.options().containsKey(TOKEN)) {
      return "expected a user and a password, or a token; not both";
    }
    for (String secret : List.of(PASSWORD, TOKEN)) {
      String reference = lookup.options().get(secret);
      if (reference != null) {
        try {
          Secrets.resolver().check(reference);
        } catch (IllegalArgumentException e) {
          // The value is not quoted: it may be the secret itself.
          return "`" + secret + "`: a contract must not hold a secret: " + e.getMessage();
        }
      }
    }
    return source.problem(lookup);
  }

  /**
   * The content of the file that {@link #CA} names, for the contract.
   *
   * @throws IllegalArgumentException if it holds no certificates
   */
  public static String certificates(byte[] pem) {
    return SchemaRegistry.certificates(pem);
  }

  /** The columns of a look-up, in order. */
  public static List<FieldDefinition> columns(Contract contract, Lookup lookup) {
    return lookup.columns().stream()
        .map(column -> contract.fields().get(contract.indexOf(column.name())))
        .toList();
  }

  /** Loads all look-ups of a contract once: one line for each that cannot be loaded. */
  public static List<String> check(Contract contract) {
    return check(contract, contract.lookups());
  }

  /** The same for some of the look-ups. */
  public static List<String> check(Contract contract, Collection<Lookup> lookups) {
    List<String> problems = new ArrayList<>();
    for (Lookup lookup : lookups) {
      try {
        Object unused = load(lookup, columns(contract, lookup), null);
      } catch (LookupException | IOException | RuntimeException e) {
        problems.add(shown(lookup) + ": " + cause(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        problems.add(shown(lookup) + ": interrupted");
      }
    }
    return problems;
  }

  /** The look-up and its source, for messages. */
  static String shown(Lookup lookup) {
    String from = lookup.from();
    int parameters = from.indexOf('?');
    // The parameters of a signed URL are a secret.
    String place = parameters < 0 ? from : from.substring(0, parameters) + "?…";
    return "look-up " + lookup.name() + (from.isEmpty() ? "" : " in " + place);
  }

  static String cause(Exception e) {
    return e instanceof LookupException
        ? String.valueOf(e.getMessage())
        : "cannot be read (" + e.getClass().getSimpleName() + ")";
  }

  /**
   * Loads the current version.
   *
   * @param before the version that was loaded before; null: none
   * @return the same index if the content is the same
   * @throws LookupException if the source cannot be read or used
   */
  static LookupVersion load(
      Lookup lookup, List<FieldDefinition> columns, @Nullable LookupVersion before)
      throws IOException, LookupException, InterruptedException {
    LookupLoader loader = find(LookupLoader.class, one -> one.loads(lookup.kind()));
    LookupSource source = source(lookup);
    if (loader == null || (source == null && lookup.kind().hasSource())) {
      throw new IllegalStateException("nothing loads the " + shown(lookup));
    }
    if (source == null) {
      return version(loader.load(lookup, columns, InputStream.nullInputStream()), "", null);
    }
    LookupSource.Content content = source.open(lookup, before == null ? null : before.tag());
    if (content == null) {
      return before.checkedAt(Instant.now());
    }
    MessageDigest digest = digest();
    LookupIndex index;
    LimitedReading limited = new LimitedReading(content.stream(), LONGEST_READING);
    try (InputStream raw = new DigestInputStream(limited, digest)) {
      InputStream plain = lookup.from().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
      index = loader.load(lookup, columns, plain);
      // What is behind the last row is part of the content too.
      raw.transferTo(OutputStream.nullOutputStream());
    } catch (IOException | LookupException e) {
      if (limited.isOver()) {
        throw new LookupException(
            "was not read within %d minutes; check the source and the network"
                .formatted(LONGEST_READING.toMinutes()),
            e);
      }
      throw e;
    }
    if (before != null && before.index().rows() > 0 && index.rows() == 0) {
      throw new LookupException(
          "has no rows any more; expected at least one, because a source that is emptied to be"
              + " written again looks the same");
    }
    String tag = content.tag();
    if (tag != null && !source.isStill(lookup, tag)) {
      throw new LookupException(
          "changed while it was read; write another file and rename it to replace this one");
    }
    String name = HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    return before != null && before.name().equals(name)
        ? new LookupVersion(before.index(), name, before.loaded(), Instant.now(), tag)
        : version(index, name, tag);
  }

  /**
   * A version of given rows, for tests of contracts.
   *
   * @param rows JSON objects, one after the other, with the columns of the source; a kind without a
   *     key column has its keys in {@code key}
   */
  public static LookupVersion ofRows(Contract contract, Lookup lookup, byte[] rows)
      throws LookupException {
    Lookup given =
        new Lookup(
            lookup.name(),
            Lookup.Kind.JSONL,
            lookup.from(),
            lookup.key(),
            lookup.kind().hasKeyColumn() ? lookup.keyColumn() : "key",
            lookup.columns(),
            lookup.refresh(),
            lookup.onMissing(),
            lookup.maxBytes(),
            lookup.options());
    try {
      LookupIndex index =
          new JsonLinesLoader()
              .load(given, columns(contract, lookup), new ByteArrayInputStream(rows));
      return version(index, "given", null);
    } catch (IOException e) {
      throw new UncheckedIOException("reading bytes does no IO", e);
    }
  }

  private static LookupVersion version(LookupIndex index, String name, @Nullable String tag) {
    Instant now = Instant.now();
    String own = index.version();
    return new LookupVersion(index, own == null ? name : own, now, now, tag);
  }

  private static @Nullable LookupSource source(Lookup lookup) {
    return find(LookupSource.class, source -> source.reads(lookup.from()));
  }

  /** A service of the class path; the threads of a worker may have another context class loader. */
  private static <T> @Nullable T find(Class<T> service, Predicate<T> suitable) {
    for (T one : ServiceLoader.load(service, service.getClassLoader())) {
      if (suitable.test(one)) {
        return one;
      }
    }
    return null;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
