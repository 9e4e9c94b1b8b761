package io.millrace.contract.yaml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the keys and values of a YAML file are, by their paths as {@link YamlNode} writes them. A
 * mapping or list is where its key is, so that a problem of a long block points to its beginning.
 */
final class YamlPositions {
  /** A line and a column, both from 1 on. */
  record Position(int line, int column) {
    static final Position START = new Position(1, 1);

    static Position of(JsonLocation location) {
      return new Position(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
  }

  private final Map<String, Position> keys = new HashMap<>();
  private final Map<String, Position> values = new HashMap<>();

  private YamlPositions() {}

  /** Reads the positions of a file that the factory can parse. */
  static YamlPositions of(String yaml, JsonFactory factory) throws IOException {
    YamlPositions positions = new YamlPositions();
    try (JsonParser parser = factory.createParser(yaml)) {
      if (parser.nextToken() != null) {
        positions.read(parser, "", Position.of(parser.currentTokenLocation()));
      }
    }
    return positions;
  }

  /** The path of a value under a key. */
  static String path(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }

  /** The path of an element of a list. */
  static String path(String parent, int index) {
    return parent + "[" + index + "]";
  }

  private void read(JsonParser parser, String path, Position at) throws IOException {
    // The first of two paths that look alike, because a key holds a dot.
    values.putIfAbsent(path, at);
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String child = path(path, parser.currentName());
          Position key = Position.of(parser.currentTokenLocation());
          keys.putIfAbsent(child, key);
          boolean scalar = parser.nextToken().isScalarValue();
          read(parser, child, scalar ? Position.of(parser.currentTokenLocation()) : key);
        }
      }
      case START_ARRAY -> {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          read(parser, path(path, i), Position.of(parser.currentTokenLocation()));
        }
      }
      default -> {}
    }
  }

  /** Where a value is; of one that is absent, where the nearest thing around it is. */
  Position ofValue(String path) {
    return of(values, path);
  }

  /** Where the last key of a path is. */
  Position ofKey(String path) {
    return of(keys, path);
  }

  private Position of(Map<String, Position> all, String path) {
    String at = path;
    Position found = all.get(at);
    while (found == null && !at.isEmpty()) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
      found = values.get(at);
    }
    return found == null ? Position.START : found;
  }
}
