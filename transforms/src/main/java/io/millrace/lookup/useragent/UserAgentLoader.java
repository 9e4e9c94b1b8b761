package io.millrace.lookup.useragent;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import io.millrace.lookup.ColumnReader;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupIndex;
import io.millrace.lookup.LookupLoader;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;
import nl.basjes.parse.useragent.Version;
import nl.basjes.parse.useragent.analyze.InvalidParserConfigurationException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Parses user agents by the rules of Yauaa. The columns are its fields, such as {@code AgentName};
 * what it does not know is null.
 *
 * <p>Cost: seconds to load; about a millisecond for a user agent that is not among the latest
 * {@link #CACHED}. One parser serves a process, one user agent at a time.
 */
public final class UserAgentLoader implements LookupLoader {
  private static final int CACHED = 10_000;

  /** Longer ones are cut off, because the time to parse one grows with its length. */
  private static final int MOST_CHARACTERS = 2_000;

  @Override
  public boolean loads(Lookup.Kind kind) {
    return kind == Lookup.Kind.USER_AGENT;
  }

  @Override
  public LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws LookupException {
    List<String> fields = lookup.columns().stream().map(Lookup.Column::source).toList();
    UserAgentAnalyzer analyzer;
    try {
      analyzer =
          UserAgentAnalyzer.newBuilder()
              .hideMatcherLoadStats()
              .dropTests()
              .immediateInitialization()
              .withUserAgentMaxLength(MOST_CHARACTERS)
              .withoutCache()
              .withFields(fields)
              .build();
    } catch (InvalidParserConfigurationException e) {
      throw new LookupException(
          "has no such fields: %s; expected for example %s"
              .formatted(
                  String.join(", ", fields),
                  String.join(
                      ", ",
                      UserAgent.AGENT_NAME,
                      UserAgent.AGENT_VERSION_MAJOR,
                      UserAgent.DEVICE_CLASS,
                      UserAgent.OPERATING_SYSTEM_NAME)),
          e);
    }
    return new Agents(
        analyzer,
        fields.toArray(String[]::new),
        columns.stream().map(ColumnReader::new).toArray(ColumnReader[]::new),
        new ConcurrentHashMap<>());
  }

  /** A parser, and what it made of the latest user agents. */
  private record Agents(
      UserAgentAnalyzer analyzer,
      String[] fields,
      ColumnReader[] columns,
      Map<String, @Nullable Object[]> latest)
      implements LookupIndex {
    @Override
    public @Nullable Object[] find(String key) {
      @Nullable Object[] known = latest.get(key);
      if (known != null) {
        return known;
      }
      @Nullable Object[] values = parse(key);
      if (key.length() <= MOST_CHARACTERS) {
        if (latest.size() >= CACHED) {
          latest.clear();
        }
        latest.put(key, values);
      }
      return values;
    }

    private @Nullable Object[] parse(String key) {
      @Nullable Object[] values = new @Nullable Object[fields.length];
      UserAgent agent;
      synchronized (analyzer) {
        agent = analyzer.parse(key);
      }
      for (int i = 0; i < fields.length; i++) {
        String value = agent.getValue(fields[i]);
        boolean unknown =
            value == null
                || value.equals(UserAgent.UNKNOWN_VALUE)
                || value.equals(UserAgent.UNKNOWN_VERSION)
                || value.equals(UserAgent.UNKNOWN_NAME_VERSION);
        try {
          values[i] = unknown ? null : columns[i].read(value, "");
        } catch (LookupException e) {
          values[i] = null;
        }
      }
      return values;
    }

    @Override
    public long rows() {
      return 0;
    }

    @Override
    public String version() {
      return "yauaa " + Version.PROJECT_VERSION;
    }
  }
}
