package io.millrace.io.flags;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A flag as its options interface declares it: the one source of its help, group, pattern and
 * examples.
 *
 * @param name without dashes
 * @param group heading in help
 * @param help what the flag does, without examples
 * @param examples values
 * @param type of the getter
 * @param preset default value; null if there is none
 * @param flag pattern and scope
 */
public record FlagDeclaration(
    String name,
    String group,
    String help,
    List<String> examples,
    Class<?> type,
    @Nullable String preset,
    @Nullable Flag flag) {
  private static final String EXAMPLE = " Example: --";

  /** The flags that some options interfaces declare with a description, ordered by name. */
  public static List<FlagDeclaration> of(
      Collection<? extends Class<? extends PipelineOptions>> options) {
    return options.stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .map(FlagDeclaration::of)
        .sorted(Comparator.comparing(FlagDeclaration::name))
        .toList();
  }

  private static FlagDeclaration of(Method getter) {
    String name = nameOf(getter);
    @Nullable FlagGroup group = getter.getDeclaringClass().getAnnotation(FlagGroup.class);
    String[] texts = getter.getAnnotation(Description.class).value().split(EXAMPLE, -1);
    List<String> examples = new ArrayList<>();
    for (int i = 1; i < texts.length; i++) {
      String prefix = name + "=";
      if (!texts[i].startsWith(prefix)) {
        throw new IllegalStateException("an example of --" + name + " has no value");
      }
      examples.add(texts[i].substring(prefix.length()).strip());
    }
    return new FlagDeclaration(
        name,
        group == null ? "" : group.value(),
        texts[0].strip(),
        examples,
        getter.getReturnType(),
        preset(getter),
        getter.getAnnotation(Flag.class));
  }

  private static String nameOf(Method getter) {
    String name = getter.getName();
    return Introspector.decapitalize(name.substring(name.startsWith("is") ? 2 : 3));
  }

  private static @Nullable String preset(Method getter) {
    Default.@Nullable Integer integer = getter.getAnnotation(Default.Integer.class);
    if (integer != null) {
      return Integer.toString(integer.value());
    }
    Default.@Nullable Long number = getter.getAnnotation(Default.Long.class);
    if (number != null) {
      return Long.toString(number.value());
    }
    Default.@Nullable Boolean truth = getter.getAnnotation(Default.Boolean.class);
    if (truth != null) {
      return Boolean.toString(truth.value());
    }
    Default.@Nullable String text = getter.getAnnotation(Default.String.class);
    return text == null ? null : text.value();
  }

  public boolean required() {
    return flag != null && flag.required();
  }

  public boolean localOnly() {
    return flag != null && flag.localOnly();
  }

  public String onDataflow() {
    if (flag != null && !flag.onDataflow().isEmpty()) {
      return flag.onDataflow();
    }
    if (type == int.class || type == long.class) {
      return "^[0-9]+$";
    }
    return type == boolean.class ? "^(true|false)$" : "^.+$";
  }
}
