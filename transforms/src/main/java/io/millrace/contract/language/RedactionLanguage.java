package io.millrace.contract.language;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.Redaction;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.OneOf;
import io.millrace.contract.language.Shape.Text;
import io.millrace.contract.language.Shape.WholeNumber;

/** The keys of a contract about redaction. */
final class RedactionLanguage {
  private static final int MAX_KEEP = 1000;

  private RedactionLanguage() {}

  static Mapping rule() {
    return new Mapping(
            optional("field", new Text(), "A declared field"),
            optional("path", new Shape.Ref("path"), "The keys to a value; * is any key or element"),
            optional("pattern", new Text(), "A regular expression (RE2) over all texts"),
            optional("record_key", new Shape.Bool(), "true: the key of the record"),
            optional("header", new Text(), "A header of the record; * is any other one"),
            required("do", OneOf.of(Redaction.Action.values()), "What becomes of the value"),
            optional("key", new Text(), "Reference to the secret of a hash, such as env:NAME"),
            optional(
                "keep",
                new WholeNumber(0, MAX_KEEP),
                "How many characters stay, of an address how many bits"))
        .withExactlyOne("field", "path", "pattern", "record_key", "header");
  }

  static Mapping deadLetters() {
    return new Mapping(
        required(
            "bytes",
            OneOf.of(Redaction.Bytes.values()),
            "What is kept of a record that cannot be taken apart"),
        optional("key", new Text(), "Reference to the secret that encrypts, such as env:NAME"));
  }
}
