package dev.hookset.local.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.PackageNameFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The process of {@link TestCommand}: runs the tests in a folder of classes. */
final class HandlerTests {
  private static final int LINES_OF_A_TRACE = 12;

  private HandlerTests() {}

  /** Runs the tests in the folder that is the only argument; exits with 1 if one fails. */
  public static void main(String[] arguments) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(Path.of(arguments[0]))))
            .filters(PackageNameFilter.includePackageNames("app"))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.printFailuresTo(out, LINES_OF_A_TRACE);
    out.println(
        summary.getTestsSucceededCount()
            + " of "
            + summary.getTestsFoundCount()
            + " tests passed in "
            + (summary.getTimeFinished() - summary.getTimeStarted())
            + " ms");
    if (summary.getTestsFoundCount() == 0) {
      out.println("There is no test in functions/src/test/java/app.");
    }
    System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
  }
}
