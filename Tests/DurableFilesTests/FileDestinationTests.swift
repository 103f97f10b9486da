import DurableFiles
import Foundation
import TestKit
import Testing

@Suite struct `A place that a person names` {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    private func kind(_ name: String) -> UInt32? { SystemFile.status(path(name))?.type }

    private func mode(_ name: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int)
    }

    @Test func `that is a link stays one, and the file that it leads to is replaced whole`() throws {
        let file = try directory.write("old", to: "nas/backup")
        #expect(SystemFile.setMode(file, 0o640))
        try FileManager.default.createSymbolicLink(atPath: path("second"), withDestinationPath: "nas/backup")
        try FileManager.default.createSymbolicLink(atPath: path("first"), withDestinationPath: path("second"))
        try DurableFile.replace(path("first"), with: Array("new".utf8), mode: 0o600)
        #expect(kind("first") == SystemFile.link && kind("second") == SystemFile.link)
        #expect(try directory.text("nas/backup") == "new")
        #expect(try mode("nas/backup") == 0o640)
        #expect(try DurableFile.names(in: path("nas")) == ["backup"])
    }

    @Test func `that is a link to nothing is made where the link leads`() throws {
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: "target")
        try DurableFile.replace(path("link"), with: Array("new".utf8), mode: 0o600)
        #expect(kind("link") == SystemFile.link)
        #expect(try directory.text("target") == "new")
    }

    @Test func `that is a pipe is written into while somebody reads, and refused while nobody does`() throws {
        #expect(SystemFile.makePipe(path("pipe")))
        let failure = #expect(throws: FileFailure.self) { try DurableFile.replace(path("pipe"), with: [1], mode: 0o600) }
        #expect(failure?.remedy == "start the reader first")
        let reader = PipeReader(path("pipe"))
        try DurableFile.replace(path("pipe"), with: [1, 2, 3], mode: 0o600)
        #expect(reader.read() == [1, 2, 3])
        #expect(kind("pipe") == SystemFile.pipe)
        #expect(try DurableFile.names(in: directory.path) == ["pipe"])
    }

    @Test func `that is a device is written into`() throws {
        guard SystemFile.makeNullDevice(path("nothing")) else { return }
        try DurableFile.replace(path("nothing"), with: [1, 2, 3], mode: 0o600)
        #expect(kind("nothing") == SystemFile.device)
    }

    @Test func `that is a directory, another user's link or a loop is refused`() throws {
        #expect(throws: FileFailure.self) { try DurableFile.replace(directory.path, with: [], mode: 0o600) }
        try FileManager.default.createSymbolicLink(atPath: path("loop"), withDestinationPath: path("loop"))
        #expect(throws: FileFailure.self) { try DurableFile.replace(path("loop"), with: [], mode: 0o600) }
        try directory.write("precious", to: "target")
        try FileManager.default.createSymbolicLink(atPath: path("planted"), withDestinationPath: "target")
        guard SystemFile.give(path("planted"), to: 65_534, group: 65_534) else { return }
        #expect(throws: FileFailure.self) { try DurableFile.replace(path("planted"), with: [1], mode: 0o600) }
        #expect(try directory.text("target") == "precious")
    }

    @Test(arguments: [
        (0o600, 0o600, 0o600), (0o640, 0o600, 0o640), (0o440, 0o600, 0o440), (0o660, 0o600, 0o640), (0o644, 0o600, 0o600),
        (0o440, 0o644, 0o440), (0o664, 0o644, 0o644), (0o666, 0o644, 0o644),
    ])
    func `passes on its permissions, but for those that are too open`(_ before: Int, _ asked: Int, _ after: Int) throws {
        let file = try directory.write("old", to: "file")
        #expect(SystemFile.setMode(file, UInt32(before)))
        try DurableFile.replace(file, with: [1], mode: UInt32(asked))
        #expect(try mode("file") == after)
    }

    @Test func `passes on its owner and group`() throws {
        let file = try directory.write("old", to: "file")
        guard SystemFile.give(file, to: 65_534, group: 65_533), SystemFile.setMode(file, 0o640) else { return }
        try DurableFile.replace(file, with: [1], mode: 0o600)
        let status = try #require(SystemFile.status(file))
        #expect(status.owner == 65_534 && status.group == 65_533 && status.mode == 0o640)
    }

    @Test func `takes no secret where another user put a file in a directory that he can write to`() throws {
        let file = try directory.write("his", to: "open/file")
        guard SystemFile.give(file, to: 65_534, group: 65_534), SystemFile.setMode(path("open"), 0o777) else { return }
        #expect(throws: FileFailure.self) { try DurableFile.replace(file, with: [1], mode: 0o600) }
        #expect(try directory.text("open/file") == "his")
    }

    @Test func `a tree is removed without following what is in it`() throws {
        let precious = try directory.write("precious", to: "elsewhere/file")
        try directory.write("x", to: "tree/inner/file")
        try FileManager.default.createSymbolicLink(atPath: path("tree/link"), withDestinationPath: path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: path("root"), withDestinationPath: path("elsewhere"))
        try DurableFile.removeTree(path("tree"))
        #expect(throws: FileFailure.self) { try DurableFile.removeTree(path("root")) }
        #expect(try DurableFile.names(in: directory.path) == ["elsewhere", "root"])
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
    }
}
