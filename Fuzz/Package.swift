// swift-tools-version: 6.2
import PackageDescription

/// The same strictness as the programs; the fuzzer brings its own entry point, so there is none here.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
    name: "signet-fuzz",
    products: [.executable(name: "signet-fuzz", targets: ["Fuzzer"])],
    dependencies: [.package(name: "signet", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzzer", dependencies: [.product(name: "FuzzHarness", package: "signet")], swiftSettings: strict)
    ]
)
