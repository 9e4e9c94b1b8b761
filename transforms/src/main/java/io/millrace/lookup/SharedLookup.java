package io.millrace.lookup;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current version of what a look-up looks up in: loaded once for all users in the process, and
 * refreshed by a thread of its own until the last user closes it. If the source cannot be read, the
 * latest version stays, and a line is logged at once and then once a minute. Thread-safe.
 *
 * <p>Memory: one version, and two while another one is loaded.
 */
public final class SharedLookup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedLookup.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LOG_EVERY = Duration.ofMinutes(1);

  /** The look-ups that have users in this process. */
  private static final Map<Key, SharedLookup> OPEN = new HashMap<>();

  private record Key(Lookup lookup, List<FieldDefinition> columns) {}

  private final Key key;
  private final Lookup lookup;
  private final Object signal = new Object();
  private volatile @Nullable LookupVersion current;
  private int users;
  private boolean closed;
  private @Nullable Instant failingSince;
  private Instant logged = Instant.EPOCH;

  private SharedLookup(Key key) {
    this.key = key;
    this.lookup = key.lookup;
  }

  /**
   * Becomes a user of a look-up, and starts to load it if this is the first.
   *
   * @param columns the columns of the look-up, in order
   */
  public static SharedLookup open(Lookup lookup, List<FieldDefinition> columns) {
    synchronized (OPEN) {
      SharedLookup shared = OPEN.get(new Key(lookup, columns));
      if (shared == null) {
        shared = new SharedLookup(new Key(lookup, columns));
        OPEN.put(shared.key, shared);
        Thread loader = new Thread(shared::run, "lookup-" + lookup.name());
        loader.setDaemon(true);
        loader.start();
      }
      shared.users++;
      return shared;
    }
  }

  /** Stops being a user; call it once. */
  @Override
  public void close() {
    synchronized (OPEN) {
      if (--users > 0) {
        return;
      }
      OPEN.remove(key);
    }
    synchronized (signal) {
      closed = true;
      signal.notifyAll();
    }
  }

  /**
   * The current version; waits for the first one as long as the source cannot be read.
   *
   * @throws IllegalStateException if the thread is interrupted while it waits
   */
  public LookupVersion current() {
    LookupVersion version = current;
    return version == null ? first() : version;
  }

  private LookupVersion first() {
    synchronized (signal) {
      while (current == null) {
        if (closed) {
          throw new IllegalStateException("the look-up " + lookup.name() + " is closed");
        }
        try {
          signal.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(
              "interrupted while waiting for the look-up " + lookup.name(), e);
        }
      }
      return current;
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!isClosed()) {
      boolean loaded = refresh();
      if (loaded && !lookup.kind().hasSource()) {
        return;
      }
      Duration next = loaded || pause.compareTo(lookup.refresh()) > 0 ? lookup.refresh() : pause;
      pause = loaded ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
      sleep(next);
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private boolean isClosed() {
    synchronized (signal) {
      return closed;
    }
  }

  private void sleep(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    synchronized (signal) {
      while (!closed) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return;
        }
        try {
          signal.wait(millis);
        } catch (InterruptedException e) {
          // Nobody interrupts this thread but whoever ends the process.
          closed = true;
        }
      }
    }
  }

  /** Loads the source's version. Returns whether the source could be read. */
  private boolean refresh() {
    LookupVersion before = current;
    try {
      LookupVersion version = Lookups.load(lookup, key.columns, before);
      recovered(version);
      synchronized (signal) {
        current = version;
        signal.notifyAll();
      }
      if (before == null || !before.name().equals(version.name())) {
        LOG.info(
            "Loaded {}: version {}, {} rows.",
            Lookups.shown(lookup),
            version.name(),
            version.index().rows());
      }
      return true;
    } catch (LookupException | IOException e) {
      failed(Lookups.cause(e), before);
    } catch (RuntimeException | Error e) {
      // Also of a library that is missing or of memory: without this thread events would wait for
      // a version without a word.
      LOG.debug("Look-up {}", lookup.name(), e);
      failed("cannot be read (" + e.getClass().getSimpleName() + ")", before);
    } catch (InterruptedException e) {
      synchronized (signal) {
        closed = true;
      }
    }
    return false;
  }

  private void failed(String cause, @Nullable LookupVersion before) {
    Instant now = Instant.now();
    Instant since = failingSince == null ? now : failingSince;
    failingSince = since;
    if (Duration.between(logged, now).compareTo(LOG_EVERY) < 0) {
      return;
    }
    logged = now;
    if (before == null) {
      LOG.error(
          "{}: {}. Events have been waiting for {} s and go on when it can be read.",
          Lookups.shown(lookup),
          cause,
          Duration.between(since, now).toSeconds());
    } else {
      LOG.error(
          "{}: {}. Events get version {}, which the source had {} s ago.",
          Lookups.shown(lookup),
          cause,
          before.name(),
          Duration.between(before.checked(), now).toSeconds());
    }
  }

  private void recovered(LookupVersion version) {
    Instant since = failingSince;
    if (since != null) {
      failingSince = null;
      logged = Instant.EPOCH;
      LOG.warn(
          "{} can be read again after {} s; version {}.",
          Lookups.shown(lookup),
          Duration.between(since, Instant.now()).toSeconds(),
          version.name());
    }
  }
}
