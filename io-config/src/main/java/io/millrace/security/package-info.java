/** Secret references, user names and TLS trust. */
package io.millrace.security;
