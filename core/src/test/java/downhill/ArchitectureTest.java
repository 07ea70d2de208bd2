package downhill;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rooms to what each may use. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPath(Path.of("target", "classes"));

  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "equations", List.of(),
          "engine", List.of(),
          "network", List.of("engine"),
          "data", List.of(),
          "training", List.of("network", "data", "engine", "evaluation"),
          "evaluation", List.of("network", "data"),
          "modelfile", List.of("network", "training", "data"));

  private static final DescribedPredicate<JavaClass> VECTOR_KERNELS =
      DescribedPredicate.describe(
          "the vector kernels", type -> type.getName().startsWith("downhill.engine.Vector"));

  static Set<String> rooms() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomUsesOnlyWhatItMay(String room) {
    String[] allowed =
        Stream.concat(Stream.of(room), MAY_USE.get(room).stream())
            .map(name -> "downhill." + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("downhill." + room)
        .should()
        .dependOnClassesThat(resideInAPackage("downhill..").and(not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsARoom() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(rooms().stream().map(room -> "downhill." + room).collect(Collectors.toSet()));
  }

  @Test
  void thereAreNoCycles() {
    slices().matching("downhill.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void twoClassesTouchTheVectorApi() {
    noClasses()
        .that(not(VECTOR_KERNELS))
        .should()
        .dependOnClassesThat(resideInAPackage("jdk.incubator.vector..").or(VECTOR_KERNELS))
        .because("they are loaded by name, only where the module is there")
        .check(CLASSES);
  }

  @Test
  void onlyTheMathThatIsTheSameEverywhere() {
    Set<String> exact =
        Set.of(
            "abs",
            "fma",
            "max",
            "min",
            "rint",
            "round",
            "signum",
            "sqrt",
            "clamp",
            "multiplyExact",
            "ceilDiv",
            "unsignedMultiplyHigh");
    for (String room : List.of("engine", "network", "training", "data")) {
      assertThat(
              CLASSES.stream()
                  .filter(type -> type.getPackageName().equals("downhill." + room))
                  .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                  .filter(access -> access.getTargetOwner().isEquivalentTo(Math.class))
                  .map(access -> access.getTarget().getName()))
          .as("calls of java.lang.Math in %s", room)
          .isSubsetOf(exact);
    }
  }

  @Test
  void theModuleExportsEveryRoomButTheEngine() throws Exception {
    try (var in = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
      ModuleDescriptor descriptor = ModuleDescriptor.read(in);
      assertThat(descriptor.exports())
          .allMatch(export -> !export.isQualified())
          .extracting(ModuleDescriptor.Exports::source)
          .containsExactlyInAnyOrderElementsOf(
              rooms().stream()
                  .filter(room -> !room.equals("engine"))
                  .map(room -> "downhill." + room)
                  .toList());
      assertThat(descriptor.requires())
          .filteredOn(requires -> requires.name().equals("jdk.incubator.vector"))
          .allMatch(
              requires -> requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
          .hasSize(1);
    }
  }

  @Test
  void everyRoomSaysWhatItIsFor() throws Exception {
    for (String room : rooms()) {
      Path info = Path.of("src", "main", "java", "downhill", room, "package-info.java");
      String text = Files.readString(info);
      assertThat(text).as(room).contains("@NullMarked");
      String doc = text.substring(0, text.indexOf("*/"));
      assertThat(Arrays.stream(doc.split("\\s+")).count())
          .as("words about %s: what it is for, what it may use, whether it may be shared", room)
          .isGreaterThan(30);
    }
  }
}
