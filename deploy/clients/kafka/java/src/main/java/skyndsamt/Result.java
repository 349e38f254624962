package skyndsamt;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a consumer makes of messages, in tables of a database. */
interface Result {
  /** The statements that make its tables where they are not there. */
  List<String> tables();

  /** Puts one message into the tables, inside the transaction that keeps the message's place. */
  void take(Connection database, Message message) throws SQLException;

  /** Prints what there is. */
  void show(Connection database, PrintStream out) throws SQLException;
}
