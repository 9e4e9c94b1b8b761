package io.millrace.file;

import static io.millrace.file.FileWatermark.UNKNOWN;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import org.junit.jupiter.api.Test;

class FileWatermarkTest {
  private static final long BOUND = 10;

  private static long after(long... times) {
    FileWatermark log = FileWatermark.NONE;
    for (long time : times) {
      log = log.after(time, BOUND);
    }
    return log.millis();
  }

  @Test
  void isUnknownUntilTwoTimesAreRead() {
    assertThat(after(), equalTo(UNKNOWN));
    assertThat(after(1000), equalTo(UNKNOWN));
    assertThat(after(1000, 1000), equalTo(UNKNOWN));
  }

  @Test
  void isTheGreatestTimeThatTwoHaveReachedLessTheBound() {
    assertThat(after(1000, 1100), equalTo(990L));
    assertThat(after(1100, 1000), equalTo(990L));
    assertThat(after(1000, 1100, 1200), equalTo(1090L));
    assertThat(after(1000, 1200, 1100), equalTo(1090L));
  }

  @Test
  void neverGoesBack() {
    assertThat(after(1000, 1100, 5, -5000), equalTo(990L));
  }

  @Test
  void oneWrongTimeAndItsRepeatsMoveNothing() {
    assertThat(after(1000, 1100, 9_000_000, 9_000_000, 1200, 1300), equalTo(1290L));
    assertThat(after(9_000_000, 1000, 1100), equalTo(1090L));
  }

  @Test
  void twoWrongTimesMoveIt() {
    assertThat(after(1000, 9_000_000, 9_000_100, 1100), equalTo(8_999_990L));
  }
}
