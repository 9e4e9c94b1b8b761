package io.millrace.deadletter;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.fixtures.TestDeadLetters;
import io.millrace.io.retry.RetryFn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What becomes of dead letters whose place fails, under a clock that the test moves. */
@ExtendWith(TestPipelineExtension.class)
class SendWithRetryTest {
  /** Steps are copied to their workers, which are threads of this JVM: they meet here. */
  private static FakePlace place;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    place = new FakePlace();
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void unlisten() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(RetryFn.class);
  }

  /** Fails a number of times, and refuses some for a number of times. */
  private static final class FakePlace {
    final List<DeadLetter> taken = new ArrayList<>();
    final Set<Long> refused = new HashSet<>();
    final List<Integer> attempts = new ArrayList<>();
    int failuresLeft;
    int refusalsLeft;
    long offsetThatEndsRefusals = -1;
    int refusalsWhenEnded;
    boolean operator;
    long now = 1_000_000;

    synchronized Unsent send(List<DeadLetter> letters) {
      attempts.add(letters.size());
      if (failuresLeft > 0) {
        failuresLeft--;
        return new Unsent(letters, "down", operator);
      }
      List<DeadLetter> left = new ArrayList<>();
      for (DeadLetter letter : letters) {
        boolean refuse = refused.contains(letter.origin().offset()) && refusalsLeft > 0;
        if (letter.origin().offset() == offsetThatEndsRefusals) {
          refusalsWhenEnded = refusalsLeft;
          refusalsLeft = 0;
        }
        (refuse ? left : taken).add(letter);
      }
      if (left.isEmpty()) {
        return Unsent.NONE;
      }
      refusalsLeft--;
      return new Unsent(left, "not this one", true);
    }

    synchronized long look() {
      return now;
    }

    synchronized void sleep(long millis) {
      now += millis;
    }
  }

  private static final class FakeSender implements Sender {
    @Override
    public Unsent send(List<DeadLetter> letters) {
      return place.send(letters);
    }

    @Override
    public void close() {}
  }

  private static SendWithRetry sending(long maxWaitingBytes) {
    return SendWithRetry.of(
        new SendWithRetry.Config(
            "kafka://a:1/dead",
            options -> new FakeSender(),
            () -> place.look(),
            millis -> place.sleep(millis),
            maxWaitingBytes));
  }

  private static List<DeadLetter> sendAll(
      TestPipeline pipeline, List<DeadLetter> letters, long maxWaitingBytes) {
    PCollection<DeadLetter> sent =
        pipeline
            .apply(Create.of(letters).withCoder(DeadLetterCoder.of()))
            .apply(sending(maxWaitingBytes));
    PAssert.that(sent).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();
    return place.taken;
  }

  @Test
  void eachIsSentOnceAndGivenOn(TestPipeline pipeline) {
    List<DeadLetter> letters = TestDeadLetters.numbers(2_500);
    assertThat(
        sendAll(pipeline, letters, SendWithRetry.MAX_WAITING_BYTES),
        containsInAnyOrder(letters.toArray()));
    assertThat("together", place.attempts.size(), lessThan(100));
    assertThat(log.list, empty());
  }

  @Test
  void theyWaitForAPlaceThatIsDownAndSaySo(TestPipeline pipeline) {
    place.failuresLeft = 30;
    List<DeadLetter> letters = TestDeadLetters.numbers(50);
    assertThat(
        sendAll(pipeline, letters, SendWithRetry.MAX_WAITING_BYTES),
        containsInAnyOrder(letters.toArray()));
    assertThat(place.failuresLeft, is(0));
    // 30 attempts with pauses of up to 10 s: minutes, and a line for each.
    assertThat(log.list.size(), greaterThan(1));
    assertThat(log.list.size(), lessThan(8));
    assertThat(log.list.get(0).getLevel(), is(Level.WARN));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        // Some of them, if the first attempt again comes before the last letter.
        matchesPattern("(?s).*kafka://a:1/dead: \\d+ dead letters waiting for 0 s: down.*"));
  }

  @Test
  void whatAnOperatorMustMendIsAnError(TestPipeline pipeline) {
    place.failuresLeft = 3;
    place.operator = true;
    List<DeadLetter> unused =
        sendAll(pipeline, TestDeadLetters.numbers(1), SendWithRetry.MAX_WAITING_BYTES);
    assertThat(log.list, hasSize(1));
    assertThat(log.list.get(0).getLevel(), is(Level.ERROR));
    assertThat(
        log.list.get(0).getFormattedMessage(), containsString("operator action needed: down"));
  }

  @Test
  void oneThatIsNotTakenHoldsUpNoOther(TestPipeline pipeline) {
    place.refused.add(3L);
    place.refusalsLeft = 5;
    List<DeadLetter> letters = TestDeadLetters.numbers(10);
    assertThat(
        sendAll(pipeline, letters, SendWithRetry.MAX_WAITING_BYTES),
        containsInAnyOrder(letters.toArray()));
    assertThat(place.taken.get(9).origin().offset(), is(3L));
  }

  @Test
  void withMoreThanMayWaitTheStepDoesNotReturn(TestPipeline pipeline) {
    place.failuresLeft = 10;
    List<DeadLetter> letters = TestDeadLetters.numbers(3);
    TestStream<DeadLetter> stream =
        TestStream.create(DeadLetterCoder.of())
            .addElements(letters.get(0))
            .addElements(letters.get(1))
            .addElements(letters.get(2))
            .advanceWatermarkToInfinity();
    PAssert.that(pipeline.apply(stream).apply(sending(1))).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();
    assertThat(place.taken, containsInAnyOrder(letters.toArray()));
    // Each was sent before the next was taken: none was ever kept.
    assertThat(new HashSet<>(place.attempts), contains(1));
  }

  /** A rejected dead letter waits before an outage exceeds the limit of waiting bytes. */
  @Test
  void oneThatIsNotTakenIsLeftBehindWhenThePlaceIsBack(TestPipeline pipeline) {
    place.failuresLeft = 30;
    place.refused.add(0L);
    place.refusalsLeft = 500;
    place.offsetThatEndsRefusals = 10;
    List<DeadLetter> letters = TestDeadLetters.numbers(11);
    TestStream<DeadLetter> stream =
        TestStream.create(DeadLetterCoder.of())
            .addElements(letters.get(0))
            .addElements(letters.get(1), letters.subList(2, 10).toArray(new DeadLetter[0]))
            .addElements(letters.get(10))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    PAssert.that(pipeline.apply(stream).apply(sending(2_000))).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();
    assertThat(place.refusalsWhenEnded, greaterThan(400));
    assertThat(place.taken.get(10).origin().offset(), is(0L));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        containsString(
            "the whole pipeline is blocked: they take more memory than dead letters" + " may use"));
  }

  /** As many as are sent at a time, none of which is taken, stand before some that are. */
  @Test
  void manyThatAreNotTakenHoldUpNoOther(TestPipeline pipeline) {
    int many = BatchDeadLetters.MAX_LETTERS;
    List<DeadLetter> letters = TestDeadLetters.numbers(many + 2);
    for (long i = 0; i < many; i++) {
      place.refused.add(i);
    }
    place.refusalsLeft = 100;
    place.offsetThatEndsRefusals = many + 1L;
    TestStream<DeadLetter> stream =
        TestStream.create(DeadLetterCoder.of())
            .addElements(letters.get(0), letters.subList(1, many).toArray(new DeadLetter[0]))
            .addElements(letters.get(many), letters.get(many + 1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    PAssert.that(pipeline.apply(stream).apply(sending(SendWithRetry.MAX_WAITING_BYTES)))
        .containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();
    assertThat(place.refusalsWhenEnded, greaterThan(50));
  }

  @Test
  void theEndOfTheInputSaysWhatItWaitsFor(TestPipeline pipeline) {
    place.failuresLeft = 3;
    List<DeadLetter> unused =
        sendAll(pipeline, TestDeadLetters.numbers(1), SendWithRetry.MAX_WAITING_BYTES);
    assertThat(
        log.list.get(log.list.size() - 1).getFormattedMessage(),
        containsString("the input has ended, and the pipeline cannot finish while they wait"));
  }

  @Test
  void whatWaitsIsTriedAgainWhileTheStreamGoesOn(TestPipeline pipeline) {
    place.failuresLeft = 1;
    List<DeadLetter> letters = TestDeadLetters.numbers(2);
    TestStream<DeadLetter> stream =
        TestStream.create(DeadLetterCoder.of())
            .addElements(letters.get(0))
            .advanceProcessingTime(Duration.standardSeconds(20))
            .addElements(letters.get(1))
            .advanceProcessingTime(Duration.standardSeconds(20))
            .advanceWatermarkToInfinity();
    PAssert.that(pipeline.apply(stream).apply(sending(1 << 20))).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();
    // By the timer, not by the end of the input, which would have said so.
    assertThat(log.list, empty());
    assertThat(place.taken, contains(letters.toArray()));
  }
}
