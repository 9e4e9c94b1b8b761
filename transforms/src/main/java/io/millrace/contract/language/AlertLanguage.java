package io.millrace.contract.language;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.language.Shape.Bool;
import io.millrace.contract.language.Shape.DurationText;
import io.millrace.contract.language.Shape.ListOf;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.Named;
import io.millrace.contract.language.Shape.Text;

/** The keys of an alert. */
final class AlertLanguage {
  private AlertLanguage() {}

  static Mapping alert() {
    return new Mapping(
            required("on", new Text(), "The roll-up whose results are judged, or health"),
            optional(
                "when",
                new Text(),
                "The condition, in CEL over the roll-up's columns or over metrics"),
            optional("for", new DurationText(), "How long it must hold before the alert fires; 0s"),
            optional("clear", new Text(), "What resolves the alert, in CEL; by default not `when`"),
            optional("early", new Bool(), "Whether results of open windows fire it"),
            optional(
                "absent_for", new DurationText(), "Fires if a group has no result for so long"),
            optional("forget_after", new DurationText(), "When an absent group is forgotten; 7d"),
            optional(
                "by", new ListOf(new Text(), 0), "Of health: the labels of metrics to judge by"),
            optional("labels", new Named(new Text(), 0), "Texts with {EXPRESSION}, by name"),
            optional("summary", new Text(), "A text with {EXPRESSION} over the columns"),
            optional("runbook", new Text(), "Of health: where to read what to do"))
        .withExactlyOne("when", "absent_for");
  }
}
