package io.millrace.decode.registry;

import io.millrace.contract.RecordFormat.OptionProblem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The address of a schema registry and how to log in to it, from the options of a format.
 *
 * @param url without a slash at its end
 * @param user a user name, or a reference to one
 * @param password a reference to a secret
 * @param token a reference to a bearer token
 * @param ca certificates to trust, as PEM; null: those of the JDK
 */
record RegistryOptions(
    String url,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token,
    @Nullable String ca) {
  static RegistryOptions of(Map<String, String> options) {
    String url = options.getOrDefault(SchemaRegistry.URL, "");
    return new RegistryOptions(
        url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
        options.get(SchemaRegistry.USER),
        options.get(SchemaRegistry.PASSWORD),
        options.get(SchemaRegistry.TOKEN),
        options.get(SchemaRegistry.CA));
  }

  /** Problems of the options about a registry; empty if none of them is set. */
  static List<OptionProblem> problems(Map<String, String> options) {
    List<OptionProblem> problems = new ArrayList<>();
    Set<String> set = options.keySet();
    for (String option : SchemaRegistry.OPTIONS) {
      if (set.contains(option) && !set.contains(SchemaRegistry.URL)) {
        problems.add(new OptionProblem(option, "only together with `registry`"));
      }
    }
    String url = options.get(SchemaRegistry.URL);
    String urlProblem = url == null ? null : urlProblem(url);
    if (urlProblem != null) {
      problems.add(new OptionProblem(SchemaRegistry.URL, urlProblem));
    }
    if (set.contains(SchemaRegistry.USER) != set.contains(SchemaRegistry.PASSWORD)) {
      problems.add(
          new OptionProblem(
              set.contains(SchemaRegistry.USER) ? SchemaRegistry.USER : SchemaRegistry.PASSWORD,
              "expected both `registry_user` and `registry_password`"));
    } else if (set.contains(SchemaRegistry.USER) && set.contains(SchemaRegistry.TOKEN)) {
      problems.add(
          new OptionProblem(
              SchemaRegistry.TOKEN, "expected a user and a password, or a token; not both"));
    }
    for (String secret :
        List.of(SchemaRegistry.USER, SchemaRegistry.PASSWORD, SchemaRegistry.TOKEN)) {
      String reference = options.get(secret);
      if (reference != null) {
        try {
          Secrets.resolver().check(reference);
        } catch (IllegalArgumentException e) {
          // The value is not quoted: it may be the secret itself.
          problems.add(
              new OptionProblem(secret, "a contract must not hold a secret: " + e.getMessage()));
        }
      }
    }
    return problems;
  }

  private static @Nullable String urlProblem(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return "expected a URL such as https://registry:8081";
    }
    if (url.getUserInfo() != null) {
      return "user and password must not appear in the URL; use `registry_user` and"
          + " `registry_password`";
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    return http && url.getHost() != null && url.getQuery() == null && url.getFragment() == null
        ? null
        : "expected a URL such as https://registry:8081, without query";
  }
}
