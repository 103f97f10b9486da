import Foundation
import FuzzHarness
import Testing

/// An input that the fuzzer found worth keeping, or that once broke something.
struct CorpusFile: CustomTestStringConvertible, Sendable {
    let target: FuzzTarget
    let url: URL

    var testDescription: String { "\(target.name)/\(url.lastPathComponent)" }

    static let corpora = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Corpora")

    static func all() throws -> [CorpusFile] {
        try FuzzTarget.all.flatMap { target in
            try FileManager.default
                .contentsOfDirectory(at: corpora.appending(path: target.name), includingPropertiesForKeys: nil)
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
                .map { CorpusFile(target: target, url: $0) }
        }
    }
}

@Suite struct `Corpora of the fuzzer` {
    @Test(arguments: try CorpusFile.all()) func `every input kept holds what its target claims`(_ file: CorpusFile) throws {
        try file.target.check(Array(try Data(contentsOf: file.url)))
    }

    @Test func `every folder belongs to a target`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: CorpusFile.corpora.path(percentEncoded: false))
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
