package io.millrace.cli.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a jar holds.
 *
 * @param files checksum of each file by its name, without manifests, legal texts and lists of
 *     services, which shading changes
 * @param notices texts of its notices
 * @param licenses texts of its licenses
 */
record JarContents(Map<String, Long> files, List<String> notices, List<String> licenses) {
  private static final Pattern NOTICE = Pattern.compile("(.*[-_])?notice([-_.].*)?");
  private static final Pattern LICENSE =
      Pattern.compile("(.*[-_])?(license|licence|copying|copyright)([-_.].*)?|about\\.html");
  private static final Pattern NO_TEXT = Pattern.compile(".*\\.(class|java|properties|js|json)");

  static JarContents read(Path jar) throws IOException {
    Map<String, Long> files = new HashMap<>();
    List<String> notices = new ArrayList<>();
    List<String> licenses = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String path = entry.getName();
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        boolean isText = !entry.isDirectory() && !NO_TEXT.matcher(name).matches();
        boolean inLicenses = path.toLowerCase(Locale.ROOT).startsWith("meta-inf/licenses/");
        if (isText && NOTICE.matcher(name).matches()) {
          notices.add(text(zip, entry));
        } else if (isText && (inLicenses || LICENSE.matcher(name).matches())) {
          licenses.add(text(zip, entry));
        } else if (!entry.isDirectory() && !path.startsWith("META-INF/")) {
          files.put(path, entry.getCrc());
        } else if (path.startsWith("META-INF/native/") && !entry.isDirectory()) {
          files.put(path, entry.getCrc());
        }
      }
    }
    return new JarContents(files, notices, licenses);
  }

  /** A text in the form that the files have: lines end in a line feed, without spaces before it. */
  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readAllBytes();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return tidy(text);
  }

  static String tidy(String text) {
    StringBuilder tidy = new StringBuilder();
    text.replace("\f", "").lines().forEach(line -> tidy.append(line.stripTrailing()).append('\n'));
    return tidy.toString().replaceFirst("^\n+", "").stripTrailing() + "\n";
  }

  /** Whether most files of this jar are in another one, byte for byte. */
  boolean isIn(JarContents other) {
    if (files.isEmpty()) {
      return false;
    }
    long there =
        files.entrySet().stream()
            .filter(file -> file.getValue().equals(other.files.get(file.getKey())))
            .count();
    return there * 2 > files.size();
  }
}
