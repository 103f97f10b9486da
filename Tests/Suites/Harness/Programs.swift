import Foundation

/// Where programs are: ours beside the test bundle, others on the search path.
enum Programs {
    /// The root of the repository.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

    /// The build folder: SwiftPM links the test bundle beside the programs.
    static let folder: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().path(percentEncoded: false)
    }()

    static let server = folder + "ca-server"
    static let client = folder + "ca-client"
    static let publisher = folder + "crl-publisher"

    /// The search path of everything the suites start; brokers are in `/usr/sbin`, which users' paths lack.
    static let searchPath = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"

    /// The path of a program on the search path.
    static func find(_ name: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
    }

    /// A program of the Python environment that `scripts/install-python-tools` makes.
    static func python(_ name: String) -> String? {
        let path = repository + ".build/python/bin/" + name
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// A file of `Tests/Foreign`: programs in other languages that the suites run.
    static func foreign(_ name: String) -> String { repository + "Tests/Foreign/" + name }
}
