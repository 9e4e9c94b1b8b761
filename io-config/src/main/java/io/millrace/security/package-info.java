/** Secrets by reference, user names, and trust in servers. */
package io.millrace.security;
