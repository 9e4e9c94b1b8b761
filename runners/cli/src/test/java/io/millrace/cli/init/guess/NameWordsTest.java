package io.millrace.cli.init.guess;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameWordsTest {
  @ParameterizedTest
  @CsvSource({
    "eventID, event id",
    "event_id, event id",
    "@timestamp, timestamp",
    "sourceIPAddress, source ip address",
    "requestReceivedTimestamp, request received timestamp",
    "time_iso8601, time iso8601",
    "HTTPStatus, http status",
    "_, ''",
  })
  void wordsOfAName(String name, String words) {
    assertThat(String.join(" ", NameWords.of(name)), is(words));
  }

  @Test
  void identifiers() {
    assertTrue(NameWords.isIdentifier("userId"));
    assertFalse(NameWords.isIdentifier("idle"));
    assertThat(NameWords.identifierRank("messageId"), is(0));
    assertThat(NameWords.identifierRank("requestID"), is(1));
    assertThat(NameWords.identifierRank("user_id"), is(2));
    assertTrue(NameWords.isShared("trace_id"));
  }

  @Test
  void times() {
    assertTrue(NameWords.isTime("created_at"));
    assertTrue(NameWords.isTime("t"));
    assertFalse(NameWords.isTime("timeout"));
    assertThat(NameWords.timeRank("@timestamp"), is(0));
    assertThat(NameWords.timeRank("stageTimestamp"), is(1));
    assertThat(NameWords.timeRank("receivedAt"), is(3));
  }
}
