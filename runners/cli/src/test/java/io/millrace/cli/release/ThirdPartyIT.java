package io.millrace.cli.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The files in docs/third-party list everything that a release bundles, with all notices and
 * licenses. After a change of the dependencies, {@code -Prelease -Dmillrace.write=true} writes them
 * anew (docs/releasing.md).
 */
class ThirdPartyIT {
  private static final Path HOME = Path.of("../..");
  private static final Path FILES = HOME.resolve("docs/third-party");
  private static final Path CSV = FILES.resolve("components.csv");
  private static final Path JOB = Path.of("../flink/target/job/millrace-flink-job.jar");
  private static final Path BUNDLE =
      Path.of("../dataflow/target/lib/millrace-dataflow-bundled.jar");
  private static final String OUTDATED = " is outdated: see docs/releasing.md";
  private static final String APACHE = "Apache-2.0";

  /** Inside millrace-io-clickhouse-beam, under other names. */
  private static final Map<String, String> INSIDE =
      Map.of(
          "beam-clickhouse.version", "org.apache.beam:beam-sdks-java-io-clickhouse:%s",
          "beam-clickhouse-driver.version", "com.clickhouse:clickhouse-jdbc:%s:all");

  private static final String GPL_NAME =
      "GNU General Public License version 2 (GPL2) with the classpath exception";
  private static final String GPL = "GPL-2.0-only WITH Classpath-exception-2.0";

  /** Licenses that a pom does not name, or by a name that is not SPDX's. */
  private static final Map<String, String> CORRECTIONS =
      Map.of(
          "ch.qos.logback:logback-classic", "EPL-1.0 or LGPL-2.1-only",
          "ch.qos.logback:logback-core", "EPL-1.0 or LGPL-2.1-only",
          "com.google.code.findbugs:annotations", "LGPL-2.1-only",
          "com.google.re2j:re2j", "BSD-3-Clause",
          "com.ibm.icu:icu4j", "Unicode-3.0",
          "com.thoughtworks.paranamer:paranamer", "BSD-3-Clause",
          "javax.annotation:javax.annotation-api", "CDDL-1.0 or " + GPL,
          "net.jcip:jcip-annotations", "CC-BY-2.5",
          "org.apache.datasketches:datasketches-memory", APACHE,
          "org.json:json", "LicenseRef-Public-Domain");

  private static Map<String, JarContents> jars;
  private static JarContents job;
  private static JarContents bundle;
  private static List<String> inside;

  @BeforeAll
  static void read() throws IOException {
    jars = ThirdParty.jars(Path.of("target/lib"));
    job = JarContents.read(JOB);
    bundle = JarContents.read(BUNDLE);
    String pom = Files.readString(HOME.resolve("pom.xml"));
    inside =
        INSIDE.entrySet().stream()
            .map(entry -> entry.getValue().formatted(property(pom, entry.getKey())))
            .sorted()
            .toList();
    if (Boolean.getBoolean("millrace.write")) {
      write();
    }
  }

  private static String property(String pom, String name) {
    int at = pom.indexOf("<" + name + ">") + name.length() + 2;
    return pom.substring(at, pom.indexOf('<', at));
  }

  private static void write() throws IOException {
    Map<String, String> licenses =
        new TreeMap<>(Sbom.licenses(Path.of("target/millrace-cli-sbom.json")));
    inside.forEach(id -> licenses.put(id, APACHE));
    List<Component> components = new ArrayList<>();
    licenses.forEach((id, license) -> components.add(component(id, license)));
    List<String> lines = new ArrayList<>(List.of(Component.HEADER));
    components.forEach(component -> lines.add(component.line()));
    Files.write(CSV, lines);
    ThirdParty found = new ThirdParty(components, jars);
    Files.writeString(FILES.resolve("NOTICE"), found.notice());
    Files.writeString(FILES.resolve("LICENSES"), found.licenses(apache(), standard()));
  }

  private static Component component(String id, String license) {
    String name = id.substring(0, id.indexOf(':', id.indexOf(':') + 1));
    String corrected = CORRECTIONS.getOrDefault(name, license.replace(GPL_NAME, GPL));
    JarContents jar = jars.get(new Component(id, "", true, true).jar());
    if (jar == null) {
      return new Component(id, corrected, true, true);
    }
    return new Component(id, corrected, jar.isIn(job), jar.isIn(bundle));
  }

  private static String apache() throws IOException {
    return Files.readString(HOME.resolve("LICENSE"));
  }

  private static Map<String, String> standard() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FILES.resolve("texts"))) {
      for (Path file : files) {
        String id = file.getFileName().toString().replace(".txt", "");
        texts.put(id, JarContents.tidy(Files.readString(file)));
      }
    }
    return texts;
  }

  @Test
  void everyBundledComponentIsListedAndNoOther() throws IOException {
    List<Component> listed = ThirdParty.readComponents(CSV);
    assertThat(CSV + OUTDATED, ThirdParty.problems(listed, jars.keySet(), inside), is(List.of()));
    List<String> ids = listed.stream().map(Component::id).toList();
    assertThat(ids.containsAll(inside), is(true));
    for (Component component : listed) {
      assertThat(component(component.id(), component.license()), is(component));
    }
  }

  @Test
  void aNewAndARemovedDependencyAreNoticed() throws IOException {
    List<Component> listed = new ArrayList<>(ThirdParty.readComponents(CSV));
    listed.add(new Component("org.example:gone:1.0", APACHE, true, true));
    Set<String> there = new HashSet<>(jars.keySet());
    there.add("added-2.0.jar");
    assertThat(
        ThirdParty.problems(listed, there, inside),
        contains(
            "listed, but not bundled: org.example:gone:1.0",
            "bundled, but not listed: added-2.0.jar"));
  }

  @Test
  void noticesAndLicensesAreThoseOfTheJars() throws IOException {
    ThirdParty found = new ThirdParty(ThirdParty.readComponents(CSV), jars);
    // Not by a matcher: it would print both texts.
    assertThat(
        "NOTICE" + OUTDATED, Files.readString(FILES.resolve("NOTICE")).equals(found.notice()));
    assertThat(
        "LICENSES" + OUTDATED,
        Files.readString(FILES.resolve("LICENSES")).equals(found.licenses(apache(), standard())));
  }

  @Test
  void everyLicenseHasItsText() throws IOException {
    Set<String> standard = standard().keySet();
    List<String> without = new ArrayList<>();
    for (Component component : ThirdParty.readComponents(CSV)) {
      List<String> ids = List.of(component.license().split(" or ", -1));
      JarContents jar = jars.get(component.jar());
      boolean ownText = jar != null && !jar.licenses().isEmpty();
      if (!ids.contains(APACHE)
          && !ids.contains("LicenseRef-Public-Domain")
          && !ownText
          && ids.stream().noneMatch(standard::contains)) {
        without.add(component.id() + ": " + component.license());
      }
    }
    assertThat(without, empty());
  }

  @Test
  void theLargeJarsHoldNoOtherClasses() {
    Map<String, Set<Long>> known = new TreeMap<>();
    jars.values()
        .forEach(
            jar ->
                jar.files()
                    .forEach(
                        (name, crc) ->
                            known.computeIfAbsent(name, first -> new HashSet<>()).add(crc)));
    for (JarContents large : List.of(job, bundle)) {
      assertThat(large.files().size(), is(greaterThan(10_000)));
      List<String> unknown =
          large.files().entrySet().stream()
              .filter(file -> file.getKey().endsWith(".class"))
              .filter(file -> !file.getKey().startsWith("io/millrace/"))
              .filter(
                  file -> !known.getOrDefault(file.getKey(), Set.of()).contains(file.getValue()))
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
      assertThat(unknown, empty());
    }
  }

  @Test
  void theLargeJarsCarryTheTexts() throws IOException {
    for (Path large : List.of(JOB, BUNDLE)) {
      try (ZipFile zip = new ZipFile(large.toFile())) {
        assertThat(text(zip, "META-INF/LICENSE").equals(apache()), is(true));
        for (String name : List.of("NOTICE", "LICENSES")) {
          String text = Files.readString(FILES.resolve(name));
          assertThat(large + " " + name, text(zip, "META-INF/" + name).equals(text));
        }
      }
    }
  }

  private static String text(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    assertThat(zip.getName() + " " + name, entry != null);
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
