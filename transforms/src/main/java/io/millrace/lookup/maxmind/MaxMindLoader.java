package io.millrace.lookup.maxmind;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DeserializationException;
import com.maxmind.db.InvalidDatabaseException;
import com.maxmind.db.Reader;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.IpText;
import io.millrace.contract.Lookup;
import io.millrace.lookup.ColumnReader;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupIndex;
import io.millrace.lookup.LookupLoader;
import io.millrace.lookup.WholeContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Loads databases of MaxMind's format (GeoIP2, GeoLite2). The key is an IP address as text. A
 * column of the source is a path in a record: {@code country.iso_code}, {@code
 * subdivisions.0.iso_code}.
 *
 * <p>Memory: the bytes of the database, and a cache of its latest values.
 */
public final class MaxMindLoader implements LookupLoader {
  @Override
  public boolean loads(Lookup.Kind kind) {
    return kind == Lookup.Kind.MMDB;
  }

  @Override
  public LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws IOException, LookupException {
    byte[] database = WholeContent.read(lookup, content);
    try {
      return new Database(
          new Reader(new ByteArrayInputStream(database), new CHMCache()),
          lookup.columns().stream()
              .map(column -> column.source().split("\\.", -1))
              .toArray(String[][]::new),
          columns.stream().map(ColumnReader::new).toArray(ColumnReader[]::new));
    } catch (InvalidDatabaseException | DeserializationException e) {
      throw new LookupException("is no database of MaxMind's format", e);
    }
  }

  /** A loaded database. */
  private record Database(Reader reader, String[][] paths, ColumnReader[] columns)
      implements LookupIndex {
    @Override
    public @Nullable Object @Nullable [] find(String key) {
      // Another text would be a name, for which the JDK asks the network.
      if (IpText.ipv4(key) == null && IpText.ipv6(key) == null) {
        return null;
      }
      Map<?, ?> found;
      try {
        found = reader.get(InetAddress.getByName(key), Map.class);
      } catch (IOException | IllegalArgumentException | DeserializationException e) {
        // For example an IPv6 address in a database of IPv4.
        return null;
      }
      if (found == null) {
        return null;
      }
      @Nullable Object[] values = new @Nullable Object[columns.length];
      for (int i = 0; i < values.length; i++) {
        Object value = at(found, paths[i]);
        try {
          values[i] =
              value == null || value instanceof Map || value instanceof List
                  ? null
                  : columns[i].read(value.toString(), key);
        } catch (LookupException e) {
          // A database has no rows that could be checked when it is loaded.
          values[i] = null;
        }
      }
      return values;
    }

    private static @Nullable Object at(Object whole, String[] path) {
      Object value = whole;
      for (String step : path) {
        if (value instanceof Map<?, ?> map) {
          value = map.get(step);
        } else if (value instanceof List<?> list && step.length() < 4 && isNumber(step)) {
          int index = Integer.parseInt(step);
          value = index < list.size() ? list.get(index) : null;
        } else {
          return null;
        }
      }
      return value;
    }

    private static boolean isNumber(String step) {
      return !step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public long rows() {
      return 0;
    }
  }
}
