// swift-tools-version: 6.2
import PackageDescription

/// The one set of compiler settings: every target of the package is built with it.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0470-isolated-conformances.md
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let metricsCore = product(name: "CoreMetrics", package: "swift-metrics")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioExtras = product(name: "NIOExtras", package: "swift-nio-extras")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let swiftASN1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509 = product(name: "X509", package: "swift-certificates")
}

/// A library target in `path`.
func library(_ name: String, path: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path,
        resources: resources,
        swiftSettings: swiftSettings
    )
}

/// A test target in `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        resources: resources,
        swiftSettings: swiftSettings
    )
}

/// An executable target in `path`: the wiring of one library.
func executable(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: swiftSettings)
}

let package = Package(
    name: "zonewright",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: [.defaults, "CommandLineArguments"]
        ),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Shared: C shims
        .systemLibrary(name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLMDB", path: "Shared/CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CDatagram", path: "Shared/CDatagram"),

        // Shared: pure
        library("DNSWire", path: "Shared/DNSWire", []),
        library("DNSText", path: "Shared/DNSText", ["DNSWire"]),
        library("Domain", path: "Shared/Domain", ["DNSWire", "DNSText"]),
        library("Identity", path: "Shared/Identity", ["Domain", .crypto, .cryptoExtras]),
        library("Jobs", path: "Shared/Jobs", [.crypto]),
        library(
            "ACME",
            path: "Shared/ACME",
            [
                .asyncHTTPClient, .crypto, .cryptoExtras, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .swiftASN1, .x509,
            ]
        ),

        // Shared: stores and transports
        library("ZoneStore", path: "Shared/ZoneStore", ["DNSWire", "CLMDB"]),
        library(
            "ZoneSync",
            path: "Shared/ZoneSync",
            ["DNSWire", "DNSText", "ZoneStore", .crypto, .logging, .nioCore, .nioPosix, .nioSSL, .nioTLS]
        ),
        library(
            "DNSClient",
            path: "Shared/DNSClient",
            ["DNSWire", .nioCore, .nioExtras, .nioPosix]
        ),
        library("ZoneTransfer", path: "Shared/ZoneTransfer", ["DNSWire", "ZoneStore", .crypto]),
        library("Postgres", path: "Shared/Postgres", ["CLibPQ", .logging]),
        library(
            "Database",
            path: "Shared/Database",
            ["Postgres", "Domain", "Identity", "Jobs", "DNSWire", "DNSText", .logging],
            resources: [.embedInCode("Migrations"), .embedInCode("Core/bootstrap.sql")]
        ),
        library(
            "Runtime",
            path: "Shared/Runtime",
            [
                .configuration, .logging, .metrics, .metricsCore, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
                .unixSignals,
            ]
        ),

        // Services
        library("ResponderEngine", path: "Services/Responder/ResponderEngine", ["DNSWire", "ZoneStore", "CDatagram"]),
        library(
            "ResponderNet",
            path: "Services/Responder/ResponderNet",
            [
                "ResponderEngine", "ZoneSync", "ZoneStore", "ZoneTransfer", "CDatagram", "DNSWire", "DNSText",
                "Runtime",
                .crypto, .logging, .metrics, .nioCore, .nioPosix, .nioSSL, .nioTLS, .serviceLifecycle,
            ]
        ),
        executable("zonewright-dns", path: "Services/Responder/zonewright-dns", ["ResponderNet", "Runtime"]),
        library(
            "GlueService",
            path: "Services/Glue/GlueService",
            [
                "Database", "Domain", "DNSClient", "DNSWire", "DNSText", "Postgres", "ZoneStore", "ZoneSync", "Runtime",
                .logging, .metrics, .nioCore, .nioPosix, .serviceLifecycle,
            ]
        ),
        executable("zonewright-glue", path: "Services/Glue/zonewright-glue", ["GlueService", "Runtime"]),
        library(
            "WebApp",
            path: "Services/Web/WebApp",
            [
                "Database", "Domain", "Identity", "Jobs", "Runtime", "Postgres", "DNSWire", "DNSText", .httpTypes,
                .hummingbird, .hummingbirdCore, .logging, .metrics, .nioCore, .nioHTTPTypes, .nioPosix,
                .serviceLifecycle,
            ]
        ),
        executable("zonewright-web", path: "Services/Web/zonewright-web", ["WebApp", "Runtime"]),
        library(
            "WorkerService",
            path: "Services/Worker/WorkerService",
            [
                "ACME", "Database", "DNSClient", "DNSText", "DNSWire", "Domain", "Jobs", "Postgres", "Runtime",
                "ZoneTransfer",
                .asyncHTTPClient,
                .logging,
                .metrics, .metricsCore, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ]
        ),
        executable("zonewright-worker", path: "Services/Worker/zonewright-worker", ["WorkerService", "Runtime"]),
        library(
            "ControlKit",
            path: "Services/Control/ControlKit",
            [
                "CDatagram", "Database", "Domain", "Identity", "Jobs", "Postgres", "DNSWire", "DNSText",
                .argumentParser,
                .asyncHTTPClient, .crypto, .logging, .nioCore, .nioHTTP1, .nioPosix, .swiftASN1, .x509,
            ]
        ),
        executable("zonewright", path: "Services/Control/zonewright", ["ControlKit", .argumentParser]),

        // Tests
        library(
            "TestSupport",
            path: "Tests/Support",
            ["Database", "Postgres", "DNSWire", "DNSText", .logging, .nioCore, .nioPosix]
        ),
        library(
            "FuzzTargets",
            path: "Tests/Fuzz/Targets",
            ["ResponderEngine", "ZoneStore", "ZoneSync", "ZoneTransfer", "DNSWire", "DNSText", .nioCore],
            resources: [.embedInCode("Zones")]
        ),
        tests("FuzzCorpusTests", ["FuzzTargets"]),
        tests("DNSWireTests", ["DNSWire"]),
        tests("DNSTextTests", ["DNSText", "DNSWire"]),
        tests("DomainTests", ["Domain", "DNSWire", "DNSText"]),
        tests("IdentityTests", ["Identity", "Domain"]),
        tests("JobsTests", ["Jobs"]),
        tests("ACMETests", ["ACME", "TestSupport", .crypto, .swiftASN1, .x509]),
        tests("ZoneStoreTests", ["ZoneStore", "DNSWire", "CLMDB", .crypto]),
        tests(
            "ZoneSyncTests",
            ["ZoneSync", "ZoneStore", "DNSWire", "DNSText", .logging, .nioCore, .nioPosix, .nioSSL]
        ),
        tests("DNSClientTests", ["DNSClient", "DNSWire", "TestSupport", .nioCore]),
        tests("ZoneTransferTests", ["ZoneTransfer", "ZoneStore", "DNSWire", "DNSText", .crypto]),
        tests("PostgresTests", ["Postgres", "TestSupport", .logging]),
        tests("DatabaseTests", ["Database", "Postgres", "Domain", "Identity", "Jobs", "TestSupport", .logging]),
        tests("RuntimeTests", ["Runtime", .logging, .metrics, .metricsCore, .nioCore, .nioPosix, .serviceLifecycle]),
        tests("ResponderEngineTests", ["ResponderEngine", "ZoneStore", "DNSWire", "DNSText", .crypto]),
        tests(
            "ResponderNetTests",
            [
                "ResponderNet", "ResponderEngine", "ZoneStore", "ZoneSync", "ZoneTransfer", "Runtime", "DNSWire",
                "DNSText", .crypto, .logging, .nioCore, .nioPosix, .nioSSL, .serviceLifecycle,
            ]
        ),
        tests(
            "GlueServiceTests",
            [
                "GlueService", "Database", "Domain", "Postgres", "ZoneStore", "ZoneSync", "DNSWire", "DNSText",
                "TestSupport", .logging, .nioCore, .nioPosix,
            ]
        ),
        tests(
            "WebAppTests",
            [
                "WebApp", "Database", "Domain", "Identity", "Postgres", "TestSupport", .httpTypes,
                .hummingbird, .hummingbirdTesting, .logging, .nioCore, .nioEmbedded, .nioHTTPTypes,
            ]
        ),
        tests(
            "WorkerServiceTests",
            [
                "WorkerService", "ACME", "Database", "Domain", "DNSClient", "DNSText", "DNSWire", "Jobs", "Postgres",
                "Runtime",
                "TestSupport", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ]
        ),
        tests("ControlKitTests", ["ControlKit", "DNSWire", "DNSText", "TestSupport", .argumentParser]),
        tests(
            "IntegrationTests",
            [
                "ACME", "TestSupport", "DNSWire", "DNSText", "Postgres", "ZoneStore", "ZoneSync", "ZoneTransfer",
                .crypto,
                .logging, .nioCore,
            ]
        ),
        library(
            "FaultScenarios",
            path: "Tests/Faults/Scenarios",
            [
                "TestSupport", "Database", "Postgres", "DNSText", "DNSWire", "ZoneStore", "ZoneSync", .logging,
                .nioCore, .nioPosix,
            ],
            resources: [.embedInCode("Clocks/FalseClock")]
        ),
        executable("zonewright-faults", path: "Tests/Faults/Main", ["FaultScenarios", "TestSupport"]),
        tests("FaultTests", ["FaultScenarios", "TestSupport", .nioCore, .nioPosix]),
        executable(
            "bench-fill",
            path: "Tests/Benchmarks/fill",
            ["ZoneStore", "ZoneSync", "DNSText", "DNSWire", .nioCore]
        ),
        tests(
            "ConformanceTests",
            ["DNSWire", "DNSText", "TestSupport", "ZoneStore", "ZoneSync", "ZoneTransfer", .logging, .nioCore]
        ),
    ]
)

// libFuzzer's runtime is linked by `make fuzz` only, so that all other builds go without this executable.
if Context.environment["ZONEWRIGHT_FUZZ"] != nil {
    package.targets.append(executable("zonewright-fuzz", path: "Tests/Fuzz/Main", ["FuzzTargets"]))
}
