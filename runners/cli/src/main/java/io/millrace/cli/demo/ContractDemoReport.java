package io.millrace.cli.demo;

import io.millrace.cli.audit.AuditReport;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import io.millrace.pipeline.Balance;
import io.millrace.verify.Audit;
import java.util.List;

/**
 * The result of a demo with a contract.
 *
 * @param audit the equation from the audit table
 */
record ContractDemoReport(
    String contract, SampleEvents sample, Balance balance, Audit audit, List<Answer> answers)
    implements DemoResult {

  /**
   * A documented query with the rows that ClickHouse gives, with tabs between columns.
   *
   * @param query the query with its documented rows
   */
  record Answer(ShippedContract.Query query, List<String> rows) {
    boolean isRight() {
      return rows.equals(query.answer());
    }
  }

  /** Whether each record has its outcome, the audit agrees, and all answers are the documented. */
  @Override
  public boolean ok() {
    return balance.balances()
        && balance.read() == sample.sent()
        && audit.ok()
        && answers.stream().allMatch(Answer::isRight);
  }

  @Override
  public String toText() {
    TextLines lines = new TextLines();
    for (Answer answer : answers) {
      lines.line("");
      lines.line("%s", answer.query().title());
      answer.query().sql().lines().forEach(line -> lines.line("    %s", line));
      lines.line("");
      answer.rows().forEach(row -> lines.line("    %s", row));
      if (!answer.isRight()) {
        lines.line("  DIFFERENT from docs/shipped-contracts.md:");
        answer.query().answer().forEach(row -> lines.line("    %s", row));
      }
    }
    lines.line("");
    lines.line(
        "Contract   %s: %,d records, each sent %d times",
        contract, sample.samples().size(), SampleEvents.COPIES);
    lines.line("Balance    %s", balance.equation());
    lines.line("Audit      %s", audit.balance().equation());
    lines.line(
        "Answers    %,d of %,d as documented",
        answers.stream().filter(Answer::isRight).count(), answers.size());
    return lines.line(ok() ? "OK" : "FAILED").toString();
  }

  @Override
  public String toJson() {
    return JsonObject.object()
        .put("ok", ok())
        .put("contract", contract)
        .put("balanced", balance.balances())
        .put("sent", sample.sent())
        .put("outcomes", AuditReport.outcomes(balance))
        .put("audited", audit.balance().accounted())
        .put("audit_ok", audit.ok())
        .put("answers", answers.size())
        .put("answers_right", answers.stream().allMatch(Answer::isRight))
        .text();
  }
}
