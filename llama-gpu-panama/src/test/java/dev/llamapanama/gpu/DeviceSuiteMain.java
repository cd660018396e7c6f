// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes on a machine without Maven, one that has a GPU; see device-check.sh. */
final class DeviceSuiteMain {
    private DeviceSuiteMain() {}

    /** @param args names of test classes; without any, those that speak to the driver */
    public static void main(String[] args) {
        String[] classes = args.length > 0
                ? args
                : new String[] {
                    "dev.llamapanama.gpu.driver.DriverFunctionTest",
                    "dev.llamapanama.gpu.driver.DeviceTest",
                    "dev.llamapanama.gpu.CudaBackendProviderTest",
                    "dev.llamapanama.gpu.CudaBackendTest",
                    "dev.llamapanama.gpu.CudaProductsTest",
                    "dev.llamapanama.gpu.CudaExpertsTest",
                    "dev.llamapanama.gpu.CudaLogitRowsTest",
                    "dev.llamapanama.gpu.CudaSplitTest",
                    "dev.llamapanama.gpu.FloatProductsTest",
                    "dev.llamapanama.gpu.LargestTest",
                    "dev.llamapanama.gpu.PromptAttentionTest",
                    "dev.llamapanama.tensor.CudaOpsTest",
                    "dev.llamapanama.tensor.CudaAttentionTest",
                    "dev.llamapanama.tensor.CudaMixtureTest",
                    "dev.llamapanama.tensor.CudaBatchedSteps",
                    "dev.llamapanama.decoder.CudaDecoderTest",
                    "dev.llamapanama.decoder.CudaStepAheadTest",
                };
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes)
                        .map(DiscoverySelectors::selectClass)
                        .toList())
                .build();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener, new Progress(out));
        TestExecutionSummary summary = listener.getSummary();
        summary.printTo(out);
        summary.printFailuresTo(out, 8);
        System.exit(summary.getTestsSucceededCount() > 0 && summary.getTotalFailureCount() == 0 ? 0 : 1);
    }

    /** Tells which class has ended, for those who can't wait for the summary. */
    private record Progress(PrintWriter out) implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (identifier.getSource().filter(ClassSource.class::isInstance).isPresent()) {
                out.println(
                        LocalTime.now(ZoneOffset.UTC) + " " + identifier.getDisplayName() + " " + result.getStatus());
            }
        }
    }
}
