package downhill.onnx;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds this package to what it may use. */
class RoomTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes", "downhill", "onnx"));

  @Test
  void networksModelFilesAndTheFormatAlone() {
    noClasses()
        .that()
        .resideInAPackage("downhill.onnx")
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                    "downhill.onnx",
                    "downhill.data",
                    "downhill.network",
                    "downhill.modelfile",
                    "ai.onnx.proto",
                    "com.google.protobuf",
                    "org.jspecify..",
                    "java..")))
        .check(CLASSES);
  }

  @Test
  void whoAsksForAFileDoesNotLoadTheFormat() {
    noClasses()
        .that()
        .haveSimpleName("OnnxFile")
        .or()
        .haveSimpleName("InputScaling")
        .or()
        .haveSimpleName("TableScaling")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnx.proto", "com.google.protobuf")
        .because("commands that read no ONNX file must not pay for it when they start")
        .check(CLASSES);
  }
}
