package io.millrace.contract.yaml;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.contract.Compression;
import io.millrace.contract.Derivation;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Redaction;
import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Bytes;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import io.millrace.decode.registry.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads {@code redact} and {@code dead_letters} of a contract. */
record RedactionReader(
    List<FieldDefinition> fields,
    List<Derivation> derivations,
    List<String> identity,
    String eventTime,
    @Nullable EventsInRecord events,
    boolean rewritesBytes) {
  /**
   * Creates a reader.
   *
   * @param format the contract's format
   * @param compression how its records are compressed
   */
  static RedactionReader of(
      List<FieldDefinition> fields,
      List<Derivation> derivations,
      List<String> identity,
      String eventTime,
      @Nullable EventsInRecord events,
      String format,
      Compression compression) {
    return new RedactionReader(
        fields,
        derivations,
        identity,
        eventTime,
        events,
        format.equals(Redaction.REWRITTEN_FORMAT) && compression == Compression.NONE);
  }

  Redaction read(YamlNode top) {
    List<Rule> rules = new ArrayList<>();
    YamlNode list = top.at("redact");
    if (list.isPresent() && list.elements().isEmpty()) {
      list.problem("expected a list of rules, such as {field: email, do: remove}");
    }
    for (YamlNode node : list.elements()) {
      Rule rule = rule(node);
      if (rule != null) {
        rules.add(rule);
      }
    }
    for (int i = 0; i < rules.size(); i++) {
      checkIdentity(list.elements().get(i), rules.get(i), rules);
    }
    new DerivedColumnCheck(fields, rules).check(derivations, top.at("derive"));
    YamlNode kept = top.at("dead_letters");
    if (!kept.isPresent()) {
      // Bytes in which no rule finds its place may hold anything.
      return rules.isEmpty() ? Redaction.NONE : new Redaction(rules, Bytes.DROP, null);
    }
    kept.allowOnlyDeclared();
    Bytes bytes = kept.at("bytes").oneOf(Bytes.KEEP);
    if (bytes == Bytes.KEEP && !rules.isEmpty() && !rewritesBytes) {
      kept.at("bytes")
          .problem(
              "keep would keep what `redact` removes, because only bytes of JSON that is not"
                  + " compressed are redacted; expected drop or encrypt");
    }
    return new Redaction(rules, bytes, secret(kept, bytes == Bytes.ENCRYPT, "bytes: encrypt"));
  }

  private @Nullable Rule rule(YamlNode node) {
    node.allowOnlyDeclared();
    if (!node.isObject()) {
      return null;
    }
    List<String> targets = node.presentOfExactlyOne();
    if (targets.size() != 1) {
      node.problem("expected exactly one of field, path, pattern, record_key, header");
      return null;
    }
    Target target = Target.valueOf(targets.get(0).toUpperCase(Locale.ROOT));
    Action action = node.at("do").oneOf(Action.KEEP);
    YamlNode at = node.at(targets.get(0));
    if (action == Action.KEEP && !mayKeep(target, at)) {
      node.at("do")
          .problem(
              "keep is only for record_key, header and derived columns; every other value is kept");
    }
    int keep = keep(node, action);
    boolean secret = action == Action.HASH || (target == Target.PATTERN && hasSecret(node));
    String key = secret(node, secret, "do: hash");
    FieldPath path = FieldPath.NONE;
    String name = "";
    switch (target) {
      case FIELD -> {
        FieldDefinition field = FieldReader.reference(at, fields);
        if (field == null) {
          return null;
        }
        name = field.name();
        path = new FieldPath(field.path(), field.above());
        check(at, field, name, action, keep);
      }
      case PATH -> {
        path = FieldPath.of(at, "", events);
        name = (path.above() == 0 ? "" : "$.") + String.join(".", path.keys());
        checkPath(at, path, action, keep);
      }
      case PATTERN -> name = pattern(at);
      case HEADER -> name = at.stringOr("");
      case RECORD_KEY -> {
        if (!at.booleanOr(true)) {
          at.problem("expected true");
        }
      }
    }
    return new Rule(target, name, path.keys(), path.above(), action, keep, key);
  }

  /** Whether a value without a rule may not be kept. */
  private boolean mayKeep(Target target, YamlNode at) {
    return target == Target.RECORD_KEY
        || target == Target.HEADER
        || (target == Target.FIELD
            && derivations.stream().anyMatch(derived -> derived.name().equals(at.stringOr(""))));
  }

  private static boolean hasSecret(YamlNode node) {
    return node.at("key").isPresent();
  }

  private static int keep(YamlNode node, Action action) {
    YamlNode keep = node.at("keep");
    if (keep.isPresent() && action != Action.MASK && action != Action.TRUNCATE) {
      keep.problem("only with `do: mask` and `do: truncate`");
    } else if (!keep.isPresent() && action == Action.TRUNCATE) {
      node.problem("expected `keep`: how many characters stay");
    }
    return keep.integerOr(0);
  }

  /** The reference under {@code key}; null if there is none. */
  private static @Nullable String secret(YamlNode node, boolean wanted, String with) {
    YamlNode key = node.at("key");
    if (!key.isPresent()) {
      if (wanted) {
        node.problem("expected `key`: a reference to the secret, such as env:NAME");
      }
      return null;
    }
    if (!wanted) {
      key.problem("only with `" + with + "`");
      return null;
    }
    String reference = key.stringOr("");
    try {
      Secrets.resolver().check(reference);
    } catch (IllegalArgumentException e) {
      // The value is not quoted: it may be the secret itself.
      key.problem("a contract must not hold a secret: " + e.getMessage());
      return null;
    }
    return reference;
  }

  private static String pattern(YamlNode node) {
    String text = node.stringOr("");
    try {
      if (Pattern.compile(text).matcher("").find()) {
        node.problem("matches the empty text; expected a pattern of at least one character");
      }
    } catch (PatternSyntaxException e) {
      node.problem("not a regular expression of RE2: " + e.getDescription());
    }
    return text;
  }

  /** A pattern must not make two events equal. */
  private void checkIdentity(YamlNode node, Rule rule, List<Rule> rules) {
    if (rule.target() != Target.PATTERN || rule.key() != null) {
      return;
    }
    for (String name : identity) {
      boolean hashed =
          rules.stream().anyMatch(r -> r.target() == Target.FIELD && r.at().equals(name));
      fields.stream()
          .filter(field -> field.name().equals(name) && isText(field) && !hashed)
          .forEach(
              field ->
                  node.problem(
                      ("`%s` identifies events, so what the pattern finds there is hashed;"
                              + " expected `key`, or a rule {field: %s, do: hash, …}")
                          .formatted(name, name)));
    }
  }

  private static boolean isText(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON -> !field.storedAsJson();
      default -> false;
    };
  }

  /** Checks a rule against the declared fields that its path leads to, into or around. */
  private void checkPath(YamlNode node, FieldPath path, Action action, int keep) {
    for (FieldDefinition field : fields) {
      if (field.above() != path.above() || field.path().isEmpty()) {
        continue;
      }
      List<String> keys = path.keys();
      int common = Math.min(keys.size(), field.path().size());
      if (!matches(keys.subList(0, common), field.path().subList(0, common))) {
        continue;
      }
      if (keys.size() > field.path().size()) {
        checkBelow(node, field, field.name(), keys.subList(common, keys.size()), action, keep);
      } else if (keys.size() == field.path().size() || action == Action.REMOVE) {
        check(node, field, field.name(), action, keep);
      } else {
        node.problem(
            "the field `%s` is below this path; expected do: remove, or a rule for each field"
                .formatted(field.name()));
      }
    }
  }

  static boolean matches(List<String> pattern, List<String> path) {
    for (int i = 0; i < pattern.size(); i++) {
      if (!pattern.get(i).equals(Rule.ANY) && !pattern.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void checkBelow(
      YamlNode node,
      FieldDefinition field,
      String name,
      List<String> keys,
      Action action,
      int keep) {
    if (keys.isEmpty()) {
      check(node, field, name, action, keep);
      return;
    }
    List<String> rest = keys.subList(1, keys.size());
    FieldDefinition items = field.items();
    switch (field.type()) {
      case JSON, TEXT -> checkIdentified(node, field, action);
      case MAP -> {
        if (items != null && !(rest.isEmpty() && action == Action.REMOVE)) {
          checkBelow(node, items, name + " values", rest, action, keep);
        }
      }
      case ARRAY -> {
        if (!keys.get(0).equals(Rule.ANY)) {
          node.problem("`" + name + "` is an array; expected * for its elements");
        } else if (items != null && !rest.isEmpty()) {
          checkBelow(node, items, name, rest, action, keep);
        } else if (items != null && action != Action.REMOVE) {
          check(node, items, name + " elements", action, keep);
        }
      }
      case RECORD -> {
        for (FieldDefinition inner : field.fields()) {
          int size = inner.path().size();
          if (keys.size() >= size && matches(keys.subList(0, size), inner.path())) {
            checkBelow(
                node,
                inner,
                name + "." + inner.name(),
                keys.subList(size, keys.size()),
                action,
                keep);
          }
        }
      }
      default -> node.problem("`%s` is a %s: nothing is below it".formatted(name, type(field)));
    }
  }

  private void checkIdentified(YamlNode node, FieldDefinition field, Action action) {
    if (field.name().equals(eventTime)) {
      node.problem("`" + field.name() + "` is the event time, which must stay as it is");
    } else if (identity.contains(field.name()) && action != Action.HASH) {
      node.problem(
          "`%s` identifies events, and two events must not become equal; expected do: hash"
              .formatted(field.name()));
    }
  }

  private void check(YamlNode node, FieldDefinition field, String name, Action action, int keep) {
    if (fields.contains(field)) {
      checkIdentified(node, field, action);
    }
    switch (action) {
      case REMOVE -> {
        if (field.required()) {
          node.problem(
              "`%s` is required and cannot be removed; expected a field without `required`"
                  .formatted(name));
        }
      }
      case MASK, HASH, TRUNCATE -> checkText(node, field, name, action, keep);
      case KEEP -> {}
    }
  }

  private static void checkText(
      YamlNode node, FieldDefinition field, String name, Action action, int keep) {
    FieldDefinition items = field.items();
    switch (field.type()) {
      case STRING, TEXT -> {}
      case JSON -> {
        if (field.storedAsJson() || action == Action.TRUNCATE) {
          unable(node, field, name, field.storedAsJson() ? "remove" : "remove, mask or hash");
        }
      }
      case IPV4, IPV6 -> {
        if (action != Action.TRUNCATE) {
          unable(node, field, name, "remove or truncate");
        } else if (keep > (field.type() == FieldType.IPV4 ? 32 : 128)) {
          node.problem("`%s` has fewer bits than %d".formatted(name, keep));
        }
      }
      case MAP, ARRAY -> {
        if (items != null) {
          checkText(node, items, name, action, keep);
        }
      }
      case RECORD -> {
        for (FieldDefinition inner : field.fields()) {
          checkText(node, inner, name + "." + inner.name(), action, keep);
        }
      }
      default -> unable(node, field, name, "remove");
    }
  }

  private static void unable(YamlNode node, FieldDefinition field, String name, String allowed) {
    node.problem("`%s` is a %s; expected do: %s".formatted(name, type(field), allowed));
  }

  private static String type(FieldDefinition field) {
    return field.type().contractName();
  }
}
