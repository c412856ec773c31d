package dev.hookset.benchmarks;

import java.util.List;
import java.util.Locale;

/** A plot of starts: for each contender its init and its first invocation, one after the other. */
final class Plot {
  private static final int LEFT = 210;
  private static final int WIDTH = 760;
  private static final int ROW = 26;
  private static final int TOP = 50;

  private Plot() {}

  static String of(List<Comparison.Cold> starts) {
    double most =
        starts.stream().mapToDouble(row -> shownInit(row) + row.first().high()).max().orElse(1);
    double scale = (WIDTH - LEFT - 90) / most;
    int height = TOP + ROW * starts.size() + 20;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
            <rect width="100%%" height="100%%" fill="white"/>
            <text x="10" y="20" font-size="14">Start to first answer, milliseconds (median; whiskers: middle half of first)</text>
            <rect x="10" y="30" width="10" height="10" fill="#9db4c8"/><text x="24" y="39">init</text>
            <rect x="64" y="30" width="10" height="10" fill="#c8553d"/><text x="78" y="39">first answer after init (of a restored function: after its restore)</text>
            """,
            WIDTH,
            height));
    int y = TOP;
    for (Comparison.Cold row : starts) {
      double init = shownInit(row);
      double x = LEFT + init * scale;
      double middle = y + 9;
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="10" y="%d">%s</text>
              <rect x="%d" y="%d" width="%.1f" height="16" fill="#9db4c8"/>
              <rect x="%.1f" y="%d" width="%.1f" height="16" fill="#c8553d"/>
              <line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="black"/>
              <text x="%.1f" y="%d">%.0f</text>
              """,
              y + 13,
              row.contender().name(),
              LEFT,
              y,
              init * scale,
              x,
              y,
              row.first().median() * scale,
              x + row.first().low() * scale,
              x + row.first().high() * scale,
              middle,
              middle,
              x + row.first().high() * scale + 6,
              y + 13,
              init + row.first().median()));
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }

  /** Nobody waits for what happens before a snapshot. */
  private static double shownInit(Comparison.Cold row) {
    return switch (row.contender().start()) {
      case COLD -> row.init().median();
      case RESTORED -> 0;
    };
  }
}
