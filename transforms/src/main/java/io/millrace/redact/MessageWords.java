package io.millrace.redact;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes from messages of dead letters the keys that only the event has: a key of a map or an
 * undeclared key may be personal data. A path in a message has no blanks, and ends in a colon.
 */
final class MessageWords {
  private static final String END = ": ";
  private static final String DELIMITERS = ".[]`";

  private final Set<String> known = new HashSet<>();

  MessageWords(Contract contract) {
    addAll(contract.fields());
    known.add(contract.unknownFields().column());
    if (contract.events() != null) {
      contract.events().arrays().forEach(known::addAll);
    }
    contract.filters().forEach(rule -> known.add(rule.name()));
    contract.lookups().forEach(lookup -> known.add(lookup.name()));
    known.addAll(List.of("$", "derive", "filter", "lookups", "header", "content-encoding"));
  }

  private void addAll(List<FieldDefinition> fields) {
    for (FieldDefinition field : fields) {
      known.add(field.name());
      field.path().forEach(key -> known.addAll(List.of(key.split("\\.", -1))));
      addAll(field.fields());
      for (FieldDefinition items = field.items(); items != null; items = items.items()) {
        addAll(items.fields());
      }
    }
  }

  String clean(String message) {
    StringBuilder clean = new StringBuilder(message.length());
    int from = 0;
    for (int end = message.indexOf(END); end >= 0; end = message.indexOf(END, from)) {
      String part = message.substring(from, end);
      clean.append(part.indexOf(' ') < 0 ? cleanPath(part) : part).append(END);
      from = end + END.length();
    }
    return clean.append(message, from, message.length()).toString();
  }

  private String cleanPath(String path) {
    StringBuilder clean = new StringBuilder(path.length());
    int from = 0;
    for (int at = 0; at <= path.length(); at++) {
      if (at == path.length() || DELIMITERS.indexOf(path.charAt(at)) >= 0) {
        String word = path.substring(from, at);
        clean.append(word.isEmpty() || isKnown(word, path, from) ? word : "?");
        if (at < path.length()) {
          clean.append(path.charAt(at));
        }
        from = at + 1;
      }
    }
    return clean.toString();
  }

  /** Numbers are known only as the place of an element. */
  private boolean isKnown(String word, String path, int from) {
    boolean index = from > 0 && path.charAt(from - 1) == '[';
    return known.contains(word) || (index && word.chars().allMatch(c -> c >= '0' && c <= '9'));
  }
}
