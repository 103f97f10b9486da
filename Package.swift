// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with these, so that a careless line is an error everywhere.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// What runs in production goes on where its caller runs, unless it says `@concurrent` (SE-0461): each hop between two of a request's calls
/// asks the task for its executor, and a signature has dozens of them (docs/performance.md).
let product = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

extension Target.Dependency {
    static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let asn1: Self = .product(name: "SwiftASN1", package: "swift-asn1")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras: Self = .product(name: "CryptoExtras", package: "swift-crypto")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite: Self = .product(name: "GRDBSQLite", package: "GRDB.swift")
    static let httpTypes: Self = .product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbirdCore: Self = .product(name: "HummingbirdCore", package: "hummingbird")
    static let lifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let nio: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509: Self = .product(name: "X509", package: "swift-certificates")
    static let yams: Self = .product(name: "Yams", package: "Yams")
}

/// A library target below `Sources/`.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: product)
}

/// A test target below `Tests/`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A program: `@main` and nothing more.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: product)
}

let package = Package(
    name: "signet",
    products: [
        .executable(name: "ca-server", targets: ["CAServer"]),
        .executable(name: "ca-client", targets: ["CAClient"]),
        .executable(name: "crl-publisher", targets: ["CRLPublisher"]),
        .library(name: "CertificateClient", targets: ["CertificateClient"]),
        // For the package in Fuzz/ alone: no program links it.
        .library(name: "FuzzHarness", targets: ["FuzzHarness"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // X.509 and the certificate authority itself.
        .target(name: "CProcess"),
        .target(name: "CSQLiteSettings", dependencies: [.grdbSQLite]),
        room("PKI", [.asn1, .crypto, .cryptoExtras, .x509]),
        room("DurableFiles", ["CProcess", "PKI", .logging]),
        room("Pauses", [.nio, .nioPosix]),
        room("PolicyFiles", ["PKI", .yams]),
        room("Issuance", ["PKI", "PolicyFiles", .asn1, .crypto, .x509]),
        room("Ledger", ["PKI", .crypto]),
        room("SQLiteLedger", ["CSQLiteSettings", "DurableFiles", "Ledger", "PKI", .grdb, .grdbSQLite]),
        room("KeyCustody", ["DurableFiles", "PKI", .crypto, .cryptoExtras]),
        room("Access", ["Issuance", "Ledger", "PKI", "PolicyFiles", .crypto]),
        room("Publication", ["APISchema", "DurableFiles", "Issuance", "Ledger", "PKI", .crypto, .lifecycle, .logging]),
        room("Authority", ["Access", "Issuance", "Ledger", "PKI", .crypto, .logging]),
        room(
            "Operations",
            [
                "APISchema", "Access", "Authority", "DefaultPolicies", "DurableFiles", "Issuance", "KeyCustody", "Ledger", "PKI",
                "PolicyFiles", "Publication", "SQLiteLedger", .crypto, .lifecycle, .logging,
            ]),

        // The HTTP side.
        room("APISchema", []),
        room(
            "HTTPFront",
            [
                "Access", "Ledger", "PKI", .hummingbirdCore, .httpTypes, .lifecycle, .logging, .nio, .nioHTTP1, .nioPosix, .nioSSL,
            ]),
        room(
            "VaultAPI",
            [
                "Access", "APISchema", "Authority", "HTTPFront", "Issuance", "Ledger", "PKI", "Publication", .hummingbirdCore, .httpTypes,
                .nio,
            ]),
        room(
            "PublicServer",
            ["HTTPFront", "PKI", .crypto, .hummingbirdCore, .httpTypes, .lifecycle, .logging, .nio]),
        .target(
            name: "DefaultPolicies", path: "policies", exclude: ["README.md"], sources: ["DefaultPolicies.swift"],
            resources: [
                .embedInCode("profiles/device.yaml"), .embedInCode("profiles/service.yaml"), .embedInCode("profiles/server.yaml"),
                .embedInCode("access/admin.yaml"), .embedInCode("access/auditor.yaml"), .embedInCode("access/provisioner.yaml"),
                .embedInCode("limits.yaml"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        room(
            "ServerAssembly",
            [
                "Access", "Authority", "DurableFiles", "HTTPFront", "Issuance", "KeyCustody", "Ledger", "Operations", "PKI", "Pauses",
                "PolicyFiles", "PublicServer", "Publication", "SQLiteLedger", "VaultAPI", .argumentParser, .lifecycle, .logging,
                .unixSignals,
            ]),

        // Devices, services and brokers.
        room(
            "CertificateClient",
            ["APISchema", "DurableFiles", "PKI", .asyncHTTPClient, .logging, .nio, .nioHTTP1, .nioPosix, .nioSSL, .x509, .asn1]),
        room("ClientCommands", ["APISchema", "CertificateClient", "DurableFiles", "PKI", "Pauses", .argumentParser, .logging]),
        room(
            "CRLPublishing",
            [
                "APISchema", "DurableFiles", "HTTPFront", "PKI", "Pauses", "PublicServer", .argumentParser, .asyncHTTPClient,
                .crypto, .lifecycle, .logging, .nio, .nioHTTP1, .nioPosix, .x509, .unixSignals,
            ]),

        program("CAServer", ["ServerAssembly"]),
        program("CAClient", ["ClientCommands"]),
        program("CRLPublisher", ["CRLPublishing"]),

        // Fills ledgers for the benchmarks with the server's own code, which another package could not use; shipped nowhere.
        .executableTarget(
            name: "LedgerSeeder",
            dependencies: [
                "Authority", "DurableFiles", "Issuance", "Ledger", "PKI", "SQLiteLedger", "ServerAssembly", .argumentParser, .crypto,
            ],
            path: "Benchmarks/Seeder", swiftSettings: strict),

        // Tests: one target for each room, a kit they share, and suites against real brokers and clients.
        .target(
            name: "TestKit", dependencies: ["Issuance", "PKI", .asn1, .x509], path: "Tests/TestKit", swiftSettings: strict),
        // A CA in memory, and what asks front ends over it, with a socket or without.
        .target(
            name: "ServerKit",
            dependencies: [
                "Access", "Authority", "DefaultPolicies", "HTTPFront", "Issuance", "Ledger", "PKI", "Publication", "SQLiteLedger",
                "TestKit",
                .asyncHTTPClient, .httpTypes, .hummingbirdCore, .lifecycle, .logging, .nio, .nioHTTP1, .nioSSL, .yams,
            ],
            path: "Tests/ServerKit", swiftSettings: strict),
        // What every engine of the ledger promises, as cases that its test target runs.
        .target(name: "LedgerContract", dependencies: ["Ledger", "PKI"], path: "Tests/LedgerContract", swiftSettings: strict),
        .target(
            name: "FuzzHarness",
            dependencies: [
                "APISchema", "Access", "CRLPublishing", "CertificateClient", "DurableFiles", "HTTPFront", "Issuance", "KeyCustody",
                "Ledger",
                "PKI", "PolicyFiles", "VaultAPI", .asn1, .crypto, .httpTypes, .hummingbirdCore, .nio, .nioEmbedded, .nioHTTP1, .x509,
            ],
            path: "Tests/FuzzHarness", swiftSettings: strict),
        tests("FuzzHarnessTests", ["FuzzHarness"]),
        tests("PKITests", ["PKI", "TestKit", .asn1, .crypto, .x509]),
        tests("IssuanceTests", ["Issuance", "KeyCustody", "PKI", "PolicyFiles", "TestKit", .asn1, .x509]),
        tests("LedgerTests", ["Ledger", "LedgerContract", "PKI", "TestKit"]),
        tests("SQLiteLedgerTests", ["Ledger", "LedgerContract", "PKI", "SQLiteLedger", "TestKit", .grdb, .grdbSQLite]),
        tests("KeyCustodyTests", ["DurableFiles", "KeyCustody", "PKI", "TestKit", .crypto]),
        tests("PublicationTests", ["Ledger", "PKI", "Publication", "SQLiteLedger", "ServerKit", "TestKit", .crypto, .logging]),
        tests("AccessTests", ["Access", "Issuance", "Ledger", "PKI", "PolicyFiles", "TestKit"]),
        tests(
            "AuthorityTests",
            [
                "Access", "Authority", "DefaultPolicies", "Issuance", "Ledger", "PKI", "SQLiteLedger", "ServerKit", "TestKit",
            ]),
        tests(
            "VaultAPITests",
            [
                "APISchema", "Access", "Authority", "HTTPFront", "Issuance", "Ledger", "PKI", "Publication", "ServerKit", "TestKit",
                "VaultAPI",
                .httpTypes, .hummingbirdCore, .logging, .nio,
            ]),
        tests("DurableFilesTests", ["DurableFiles", "TestKit"]),
        tests(
            "OperationsTests",
            [
                "APISchema", "Authority", "DurableFiles", "Issuance", "KeyCustody", "Ledger", "Operations", "PKI", "PolicyFiles",
                "Publication", "SQLiteLedger", "ServerKit", "TestKit", .logging,
            ]),
        tests(
            "ServerAssemblyTests",
            ["HTTPFront", "KeyCustody", "Operations", "PKI", "PolicyFiles", "ServerAssembly", "TestKit", .logging]),
        tests(
            "HTTPFrontTests",
            [
                "Access", "Authority", "HTTPFront", "PKI", "PublicServer", "Publication", "ServerKit", "TestKit", .crypto, .hummingbirdCore,
                .httpTypes,
                .lifecycle,
                .logging, .nio, .nioPosix, .nioSSL,
            ]),
        tests("CertificateClientTests", ["APISchema", "CertificateClient", "ClientCommands", "PKI", "Pauses", "TestKit", .x509]),
        tests("CRLPublishingTests", ["APISchema", "CRLPublishing", "PKI", "TestKit", .crypto, .lifecycle, .logging, .x509]),
        tests(
            "Suites",
            [
                "APISchema", "CAClient", "CAServer", "CRLPublisher", "PKI", "TestKit", .asyncHTTPClient, .crypto, .nio, .nioHTTP1,
                .nioSSL,
            ]),
    ]
)
