/** What a contract should say, guessed from sample events: fields, event time, identity. */
package io.millrace.cli.init.guess;
