package io.millrace.decode.binary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The declared keys of one object: each leads to a field, or to an object with fields in it. */
public final class TargetTree {
  private final String path;
  private final Map<String, Target> fields = new LinkedHashMap<>();
  private final Map<String, TargetTree> objects = new LinkedHashMap<>();

  TargetTree(String path) {
    this.path = path;
  }

  void add(List<String> keys, int at, Target target) {
    String key = keys.get(at);
    if (at == keys.size() - 1) {
      fields.put(key, target);
    } else {
      objects
          .computeIfAbsent(key, k -> new TargetTree(path.isEmpty() ? k : path + "." + k))
          .add(keys, at + 1, target);
    }
  }

  /** From the top of the event or of its record; empty at the top itself. */
  public String path() {
    return path;
  }

  public @Nullable Target field(String key) {
    return fields.get(key);
  }

  public @Nullable TargetTree object(String key) {
    return objects.get(key);
  }

  /** All keys, those of fields first. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>(fields.keySet());
    keys.addAll(objects.keySet());
    return keys;
  }

  /** The fields of this object and of all objects in it. */
  public List<Target> targets() {
    List<Target> all = new ArrayList<>(fields.values());
    objects.values().forEach(object -> all.addAll(object.targets()));
    return all;
  }
}
