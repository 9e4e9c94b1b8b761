package io.millrace.local;

import io.millrace.local.process.LocalServer;
import java.nio.file.Path;
import java.time.Instant;

/**
 * How a server of a recorded stack is now.
 *
 * @param name as in {@link LocalServer#name}
 * @param address as in {@link LocalServer#address}
 * @param pid of the recorded process, -1 if the server is not ours
 * @param running whether that very process lives; for a server that is not ours, whether it answers
 * @param answers whether a server answers at the address
 * @param since start of the process, {@link Instant#EPOCH} if the server is not ours
 * @param log what the process printed; empty if the server is not ours
 * @param url the address with user and password in it if the server asks for them, else the address
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
