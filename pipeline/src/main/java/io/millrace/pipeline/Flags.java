package io.millrace.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns Beam's complaints about flags into one line for people. */
final class Flags {
  private static final Pattern UNKNOWN = Pattern.compile("missing a property named '([^']+)'");

  private Flags() {}

  static String mistake(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      return "unknown option --" + unknown.group(1) + ": see `scripts/millrace run --help`";
    }
    if (message.contains("does not begin with '--'")) {
      // What stands there may be a secret: it is not repeated.
      return "a value without a flag: expected --flag=value, with `=` and no space between; see"
          + " `scripts/millrace run --help`";
    }
    return message.lines().findFirst().orElse("wrong flags")
        + ": see `scripts/millrace run --help`";
  }
}
