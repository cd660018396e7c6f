// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
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
                    "dev.llamapanama.gpu.PromptAttentionTest",
                    "dev.llamapanama.tensor.CudaOpsTest",
                    "dev.llamapanama.tensor.CudaAttentionTest",
                    "dev.llamapanama.tensor.CudaMixtureTest",
                    "dev.llamapanama.tensor.CudaBatchedSteps",
                    "dev.llamapanama.decoder.CudaDecoderTest",
                };
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes)
                        .map(DiscoverySelectors::selectClass)
                        .toList())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.printTo(out);
        summary.printFailuresTo(out, 8);
        System.exit(summary.getTestsSucceededCount() > 0 && summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
