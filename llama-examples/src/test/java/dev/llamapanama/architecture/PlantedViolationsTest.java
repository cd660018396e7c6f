// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.architecture;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That each rule bites: class files made to break it. They are written byte by byte, since the compiler would refuse
 * some of them here (the examples don't read the vector module).
 */
class PlantedViolationsTest {
    private static final int HIDDEN = ACC_PRIVATE | ACC_STATIC | ACC_FINAL;
    private static final int SHOWN = ACC_PUBLIC | ACC_STATIC | ACC_FINAL;
    private static final String SEGMENT = "java.lang.foreign.MemorySegment";
    private static final String VECTOR = "jdk.incubator.vector.FloatVector";
    private static final String LOGGER = "org.slf4j.Logger";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "dev.llamapanama.tokenizers.Planted    , dev.llamapanama.config.LlamaConfig",
        "dev.llamapanama.tokenizers.bpe.Planted, dev.llamapanama.Llama",
        "dev.llamapanama.config.Planted        , dev.llamapanama.tensor.DType",
        "dev.llamapanama.config.Planted        , dev.llamapanama.benchmarks.Report",
        "dev.llamapanama.tensor.Planted        , dev.llamapanama.config.LlamaConfig",
        "dev.llamapanama.tensor.Planted        , dev.llamapanama.tensor.cpu.CpuBackend",
        "dev.llamapanama.tensor.cpu.Planted    , dev.llamapanama.config.LlamaConfig",
        "dev.llamapanama.checkpoint.Planted    , dev.llamapanama.decoder.Decoder",
        "dev.llamapanama.decoder.Planted       , dev.llamapanama.generation.Sampler",
        "dev.llamapanama.decoder.Planted       , dev.llamapanama.tokenizers.Tokenizer",
        "dev.llamapanama.decoder.Planted       , dev.llamapanama.tensor.cpu.CpuBackend",
        "dev.llamapanama.generation.Planted    , dev.llamapanama.Llama",
        "dev.llamapanama.Planted               , dev.llamapanama.gpu.CudaBackend",
        "dev.llamapanama.Planted               , dev.llamapanama.examples.Main",
        "dev.llamapanama.Planted               , dev.llamapanama.tensor.cpu.CpuBackend",
        "dev.llamapanama.gpu.Planted           , dev.llamapanama.checkpoint.Checkpoint",
        "dev.llamapanama.examples.Planted      , dev.llamapanama.gpu.CudaBackend",
        "dev.llamapanama.annex.Planted         , java.lang.String",
    })
    void importsUpwards(String user, String used) throws IOException {
        plant(user, field(used, HIDDEN));

        assertBitten(HouseRules.importsGoDownwards(), user);
    }

    @ParameterizedTest
    @CsvSource({
        "dev.llamapanama.tensor.cpu.avx.Planted , dev.llamapanama.tensor.DType",
        "dev.llamapanama.checkpoint.gguf.Planted, dev.llamapanama.tokenizers.Tokenizer",
        "dev.llamapanama.generation.Planted     , dev.llamapanama.decoder.Decoder",
        "dev.llamapanama.Planted                , dev.llamapanama.generation.Sampler",
        "dev.llamapanama.examples.Planted       , dev.llamapanama.Llama",
    })
    void importsDownwardsAreNoViolation(String user, String used) throws IOException {
        plant(user, field(used, HIDDEN));

        assertEquals(List.of(), violations(HouseRules.importsGoDownwards()));
    }

    @Test
    void packagesInACycle() throws IOException {
        plant("dev.llamapanama.checkpoint.Planted", field("dev.llamapanama.checkpoint.gguf.Planted", HIDDEN));
        plant("dev.llamapanama.checkpoint.gguf.Planted", field("dev.llamapanama.checkpoint.Planted", HIDDEN));

        assertBitten(HouseRules.noPackageCycles(), "dev.llamapanama.checkpoint.gguf.Planted");
    }

    @ParameterizedTest
    @CsvSource({
        "dev.llamapanama.tensor.Planted",
        "dev.llamapanama.Planted",
        "dev.llamapanama.gpu.Planted",
        "dev.llamapanama.training.network.Planted"
    })
    void vectorsOutsideKernels(String user) throws IOException {
        plant(user, field(VECTOR, HIDDEN));

        assertBitten(HouseRules.vectorsStayInKernels(), user);
    }

    @ParameterizedTest
    @CsvSource({
        "dev.llamapanama.tokenizers.Planted",
        "dev.llamapanama.config.Planted",
        "dev.llamapanama.examples.Planted"
    })
    void foreignMemoryOutsideTheEngine(String user) throws IOException {
        plant(user, field(SEGMENT, HIDDEN));

        assertBitten(HouseRules.foreignMemoryStaysInside(), user);
    }

    @ParameterizedTest
    @CsvSource({"dev.llamapanama.Planted", "dev.llamapanama.generation.Planted"})
    void nativeTypesShownToUsers(String user) throws IOException {
        plant(user, field(SEGMENT, SHOWN));
        assertBitten(HouseRules.usersSeeNoNativeTypes(), user);

        plant(user, method(MethodTypeDesc.of(ClassDesc.of(VECTOR))));
        assertBitten(HouseRules.usersSeeNoNativeTypes(), user);

        plant(
                user,
                method(MethodTypeDesc.of(
                        ClassDesc.of("java.lang.String"), ClassDesc.of(SEGMENT).arrayType())));
        assertBitten(HouseRules.usersSeeNoNativeTypes(), user);
    }

    @Test
    void nativeTypesHiddenFromUsersAreNoViolation() throws IOException {
        plant("dev.llamapanama.Planted", field(SEGMENT, HIDDEN));

        assertEquals(List.of(), violations(HouseRules.usersSeeNoNativeTypes()));
        assertEquals(List.of(), violations(HouseRules.foreignMemoryStaysInside()));
    }

    @ParameterizedTest
    @CsvSource({
        "" + (ACC_STATIC | ACC_FINAL), // visible in the package
        "" + (ACC_PRIVATE | ACC_FINAL), // one for each object
        "" + (ACC_PRIVATE | ACC_STATIC) // can be replaced
    })
    void loggersThatAreNoConstants(int flags) throws IOException {
        plant("dev.llamapanama.Planted", field(LOGGER, flags));

        assertBitten(HouseRules.loggersArePrivateConstants(), "dev.llamapanama.Planted");
    }

    @Test
    void publicMutableFields() throws IOException {
        plant("dev.llamapanama.config.Planted", field("java.lang.String", ACC_PUBLIC));
        assertBitten(HouseRules.noPublicMutableFields(), "dev.llamapanama.config.Planted");

        ClassDesc array = ClassDesc.ofDescriptor("[I");
        plant("dev.llamapanama.config.Planted", planted -> planted.withField("planted", array, SHOWN));
        assertBitten(HouseRules.noPublicMutableFields(), "dev.llamapanama.config.Planted");
    }

    private void plant(String name, Consumer<ClassBuilder> content) throws IOException {
        Path file = directory.resolve(name + ".class");
        ClassFile.of().buildTo(file, ClassDesc.of(name), planted -> content.accept(planted.withFlags(ACC_PUBLIC)));
    }

    private static Consumer<ClassBuilder> field(String type, int flags) {
        return planted -> planted.withField("planted", ClassDesc.of(type), flags);
    }

    private static Consumer<ClassBuilder> method(MethodTypeDesc type) {
        return planted -> planted.withMethod("planted", type, ACC_PUBLIC | ClassFile.ACC_ABSTRACT, _ -> {});
    }

    private List<String> violations(ArchRule rule) {
        return rule.evaluate(new ClassFileImporter().importPath(directory))
                .getFailureReport()
                .getDetails();
    }

    private void assertBitten(ArchRule rule, String culprit) {
        List<String> found = violations(rule);

        assertTrue(found.stream().anyMatch(violation -> violation.contains(culprit)), found.toString());
    }
}
