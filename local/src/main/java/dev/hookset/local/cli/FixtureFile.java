package dev.hookset.local.cli;

import dev.hookset.Event;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import dev.hookset.local.fixtures.Fixture;
import dev.hookset.local.fixtures.Redaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A recorded event in a file for tests, and what is said of it: where it was changed, not what. */
final class FixtureFile {
  private FixtureFile() {}

  static Fixture of(Event event) {
    try {
      return Fixture.of(event);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          "no fixture can be made, as nobody can tell what is personal in it: "
              + e.getMessage()
              + "; --save FILE writes it as it came");
    }
  }

  /** Writes the file whole or not at all, and for nobody else to read. */
  static void write(Fixture fixture, String name, boolean force) {
    try {
      Path file = Path.of(name).toAbsolutePath();
      boolean isDevice = Files.exists(file) && !Files.isRegularFile(file);
      if (!force && !isDevice && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new Problem(Printable.of(name) + " is there already; --force replaces it");
      }
      if (Files.isDirectory(file) || file.getParent() == null) {
        throw new Problem(Printable.of(name) + " is a folder; say the name of a file in it");
      }
      if (isDevice) {
        Files.write(file, fixture.text().getBytes(StandardCharsets.UTF_8));
        return; // A file in its place would be the end of it.
      }
      Files.createDirectories(file.getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      PrivateFiles.file(fresh);
      Files.write(fresh, fixture.text().getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | InvalidPathException e) {
      throw new Problem("cannot write " + Printable.of(FileFailure.said(name, e)));
    }
  }

  static void tell(PrintWriter out, Fixture fixture, Table.Fit fit) {
    out.println(
        fixture.replaced().isEmpty()
            ? "Nothing in it looked personal."
            : "Replaced, as it looks personal:");
    table(fixture.replaced()).print(out, fit);
    out.flush();
  }

  /** Returns where something was replaced, and what it was. */
  static Table table(List<Redaction.Replaced> replaced) {
    Table table = new Table();
    replaced.forEach(each -> table.add("  " + Printable.of(each.path()), each.kind().words()));
    return table;
  }

  static List<Json> json(List<Redaction.Replaced> replaced) {
    return replaced.stream()
        .map(each -> new Json().put("path", each.path()).put("kind", each.kind().words()))
        .toList();
  }
}
