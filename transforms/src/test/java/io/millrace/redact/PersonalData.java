package io.millrace.redact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fifty kinds of personal data. Those with a form are found by the patterns wherever they are; the
 * others only where a rule names their place.
 */
final class PersonalData {
  /** One kind of data. */
  record Kind(String value, boolean hasForm) {}

  private PersonalData() {}

  static final List<String> PATTERNS =
      List.of(
          "[\\w.+-]+@[\\w-]+\\.[\\w.-]+",
          "\\+?\\d[\\d ()./-]{7,}\\d",
          "\\b[A-Z]{2}\\d{2}[A-Z0-9 ]{10,30}",
          "\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\b",
          "(?i)\\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\\b",
          "(?i)\\b([0-9a-f]{1,4}:){3,7}:?[0-9a-f]{0,4}",
          "\\b[A-Z]{1,4}[- ]?\\d{5,}[A-Z]?\\b",
          "-?\\d{1,3}\\.\\d{4,},\\s?-?\\d{1,3}\\.\\d{4,}",
          "(?i)bearer [a-z0-9._-]+",
          "eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+",
          "@[a-z0-9_]{3,}",
          "(?i)[a-z]+stra(ss|ß)e \\d+");

  static List<Kind> all() {
    List<Kind> kinds = new ArrayList<>();
    for (String value :
        Arrays.asList(
            "jane.doe@example.com",
            "o'brien+news@mail.example.org",
            "+49 170 1234567",
            "(030) 901820-11",
            "0171/2345678",
            "4111 1111 1111 1111",
            "5500-0000-0000-0004",
            "340000000000009",
            "123-45-6789",
            "DE89 3704 0044 0532 0130 00",
            "GB29NWBK60161331926819",
            "192.0.2.146",
            "2001:db8:85a3::8a2e",
            "00:1A:2B:3C:4D:5E",
            "00-1a-2b-3c-4d-5f",
            "C01234567X",
            "K 1234567",
            "52.520008, 13.404954",
            "-33.868820,151.209290",
            "Bearer abc.def-123",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "@jane_doe_77",
            "Hauptstraße 17",
            "23.07.1985 14:05",
            "AB123456C",
            "12.03.1985 / 4711")) {
      kinds.add(new Kind(value, true));
    }
    for (String value :
        Arrays.asList(
            "Jane Doe",
            "Jörg Müller",
            "Иван Петров",
            "山田太郎",
            "Mrs. O'Neil",
            "born in Ulm",
            "female, 37",
            "diabetes type two",
            "blood group AB",
            "trade unionist",
            "Lutheran",
            "married, two children",
            "salary band four",
            "passw0rd!",
            "mother: Smith",
            "Berlin-Mitte",
            "seat 14C to Oslo",
            "license plate B-JD",
            "device of Jane",
            "voice print 7f",
            "fingerprint loop",
            "visa refused",
            "debtor of the month",
            "likes cats",
            "customer \"Joe\"",
            "back\\slash Kim",
            "tab\tLee")) {
      kinds.add(new Kind(value, false));
    }
    return kinds.subList(0, 50);
  }

  /** Whether a text holds one of the values, also as JSON writes it. */
  static String foundIn(String text, List<Kind> kinds) {
    for (Kind kind : kinds) {
      if (text.contains(kind.value) || text.contains(json(kind.value))) {
        return kind.value;
      }
    }
    return "";
  }

  /** A text as JSON, without quotes. */
  static String json(String text) {
    return new String(
        com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text));
  }

  /** A text as JSON with every character escaped. */
  static String escaped(String text) {
    StringBuilder json = new StringBuilder();
    text.chars().forEach(c -> json.append("\\u%04x".formatted(c)));
    return json.toString();
  }
}
