package io.millrace.local;

import io.millrace.local.process.LocalServer;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The current status of a recorded server.
 *
 * @param name as in {@link LocalServer#name}
 * @param address as in {@link LocalServer#address}
 * @param pid id of the recorded process; -1 for an external server
 * @param running whether the recorded process is alive; for an external server, whether it responds
 * @param answers whether a server responds at the address
 * @param since start of the process; {@link Instant#EPOCH} for an external server
 * @param log the process's log file; empty for an external server
 * @param url the address, with user and password if the server requires them
 */
public record ServerStatus(
    String name,
    String address,
    long pid,
    boolean running,
    boolean answers,
    Instant since,
    Path log,
    String url) {}
