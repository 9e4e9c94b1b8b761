package io.millrace.local.fault;

import io.millrace.local.process.Ports;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A proxy on 127.0.0.1 between a client and ClickHouse that injects faults into selected requests.
 * Counts INSERTs. Thread-safe; one thread per connection.
 */
public final class FaultProxy implements AutoCloseable {
  /**
   * Counts of INSERTs.
   *
   * @param sent INSERTs sent by the client
   * @param acknowledged INSERTs for which the client received a success
   * @param failed INSERTs for which the client received an error or no response
   */
  public record Inserts(long sent, long acknowledged, long failed) {
    static final Inserts NONE = new Inserts(0, 0, 0);

    private Inserts plus(Inserts more) {
      return new Inserts(sent + more.sent, acknowledged + more.acknowledged, failed + more.failed);
    }
  }

  /** An acknowledged INSERT; the time is a {@link System#nanoTime}. */
  private record Acknowledged(String table, long nanos) {}

  private final InetSocketAddress server;
  private final int port;
  private final List<Injection> injections = new CopyOnWriteArrayList<>();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final Map<String, Inserts> inserts = new HashMap<>();
  private final Map<String, Long> said = new HashMap<>();
  private final List<Acknowledged> acknowledgements = new ArrayList<>();
  private ServerSocket listener;
  private Thread listening;

  private FaultProxy(InetSocketAddress server) {
    this.server = server;
    this.port = Ports.free(Ports.Range.PROXY);
    accept();
  }

  /** Starts a proxy for the ClickHouse at {@code http://host:port}. */
  public static FaultProxy before(String clickHouse) {
    URI uri = URI.create(clickHouse);
    return new FaultProxy(new InetSocketAddress(uri.getHost(), uri.getPort()));
  }

  /** The proxy's address, {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** An active fault. */
  public final class Injection {
    private final Predicate<ProxiedRequest> which;
    private final Fault fault;
    private final int times;
    private final AtomicInteger left;
    private final Set<String> tables = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile long liftedNanos;

    private Injection(Predicate<ProxiedRequest> which, Fault fault, int times) {
      this.which = which;
      this.fault = fault;
      this.times = times;
      this.left = new AtomicInteger(times);
    }

    /** The number of affected requests. */
    public int hits() {
      return hits.get();
    }

    /** Deactivates the fault. */
    public void lift() {
      injections.remove(this);
      if (liftedNanos == 0) {
        liftedNanos = System.nanoTime();
      }
    }

    /** The {@link System#nanoTime} at which the fault ended; 0 while it is active. */
    public long liftedNanos() {
      return liftedNanos;
    }

    /** The tables of the affected INSERTs. */
    public Set<String> tables() {
      return Set.copyOf(tables);
    }

    private boolean takes(ProxiedRequest request) {
      return which.test(request) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private void handle(ProxiedRequest request) throws IOException, InterruptedException {
      hits.incrementAndGet();
      request.insertsInto().ifPresent(tables::add);
      try {
        fault.handle(request);
      } finally {
        if (ended.incrementAndGet() == times) {
          lift();
        }
      }
    }
  }

  /** Matches INSERTs into one table. */
  public static Predicate<ProxiedRequest> into(String table) {
    return request -> request.insertsInto().filter(table::equals).isPresent();
  }

  /** Matches INSERTs into any table. */
  public static Predicate<ProxiedRequest> anyInsert() {
    return request -> request.insertsInto().isPresent();
  }

  /** Injects a fault into matching requests until it is lifted. */
  public Injection inject(Predicate<ProxiedRequest> which, Fault fault) {
    return inject(which, fault, Integer.MAX_VALUE);
  }

  /** Injects a fault into a number of matching requests. */
  public Injection inject(Predicate<ProxiedRequest> which, Fault fault, int times) {
    Injection injection = new Injection(which, fault, times);
    injections.add(injection);
    return injection;
  }

  /** Counts of INSERTs into a table. */
  public Inserts inserts(String table) {
    synchronized (inserts) {
      return inserts.getOrDefault(table, Inserts.NONE);
    }
  }

  /** Counts of INSERTs into all tables. */
  public Inserts inserts() {
    synchronized (inserts) {
      return inserts.values().stream().reduce(Inserts.NONE, Inserts::plus);
    }
  }

  /**
   * The time from a moment to the next acknowledged INSERT into one of these tables.
   *
   * @param nanos the moment, a {@link System#nanoTime}
   */
  public Optional<Duration> firstAcknowledgedAfter(long nanos, Set<String> tables) {
    synchronized (inserts) {
      return acknowledgements.stream()
          .filter(a -> a.nanos - nanos > 0 && tables.contains(a.table))
          .findFirst()
          .map(a -> Duration.ofNanos(a.nanos - nanos));
    }
  }

  /** Errors of failed INSERTs with counts: {@code code 252}, {@code HTTP 503}. */
  public Map<String, Long> refusals() {
    synchronized (inserts) {
      return Map.copyOf(said);
    }
  }

  /** Closes the port and all connections, so that new ones are refused. */
  public synchronized void refuse() {
    try {
      listener.close();
      // The system keeps the port open while a thread accepts connections.
      listening.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.forEach(FaultProxy::close);
  }

  /** Opens the port again. */
  public synchronized void accept() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(Ports.loopback(), port));
      listener = socket;
      listening = inThread("listens", () -> listen(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reopen port " + port, e);
    }
  }

  @Override
  public void close() {
    refuse();
  }

  private void listen(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        clients.add(client);
        inThread("serves", () -> serve(client));
      } catch (IOException e) {
        // The socket was closed.
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      while (!client.isClosed()) {
        Optional<HttpMessage> message = HttpMessage.readRequest(in, client.getOutputStream());
        if (message.isEmpty()) {
          return;
        }
        handle(message.get(), client);
      }
    } catch (IOException e) {
      // One side closed its connection; this closes the other one.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  private void handle(HttpMessage message, Socket client) throws IOException, InterruptedException {
    Optional<String> table = ProxiedRequest.insertsInto(message);
    ProxiedRequest.Outcome outcome =
        new ProxiedRequest.Outcome(
            (well, said) -> table.ifPresent(name -> count(name, well, said)));
    ProxiedRequest request = new ProxiedRequest(message, server, client, outcome);
    try {
      Optional<Injection> injection =
          new ArrayList<>(injections).stream().filter(i -> i.takes(request)).findFirst();
      if (injection.isPresent()) {
        injection.get().handle(request);
      } else {
        request.answer(request.forward());
      }
    } finally {
      outcome.report(0);
    }
  }

  private void count(String table, boolean acknowledged, String answered) {
    synchronized (inserts) {
      inserts.merge(
          table, acknowledged ? new Inserts(1, 1, 0) : new Inserts(1, 0, 1), Inserts::plus);
      if (acknowledged) {
        acknowledgements.add(new Acknowledged(table, System.nanoTime()));
      } else {
        said.merge(answered.isEmpty() ? "no answer" : answered, 1L, Long::sum);
      }
    }
  }

  private static Thread inThread(String does, Runnable task) {
    Thread thread = new Thread(task, "fault-proxy-" + does);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
