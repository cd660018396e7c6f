// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules over all modules below the examples. The benchmarks stand beside them and nothing can use those. */
class HouseRulesTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.llamapanama");

    static Stream<ArchRule> rules() {
        return HouseRules.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theHouseKeeps(ArchRule rule) {
        assertEquals(List.of(), rule.evaluate(HOUSE).getFailureReport().getDetails());
    }

    @Test
    void classesOfTheModulesWereRead() {
        assertTrue(HOUSE.contain("dev.llamapanama.tokenizers.Tokenizer"));
        assertTrue(HOUSE.contain("dev.llamapanama.config.LlamaConfig"));
        assertTrue(HOUSE.contain("dev.llamapanama.gpu.CudaBackendProvider"));
        assertTrue(HOUSE.contain("dev.llamapanama.training.kernel.Products"));
        assertTrue(HOUSE.stream().noneMatch(type -> type.getPackageName().equals("dev.llamapanama.architecture")));
    }
}
