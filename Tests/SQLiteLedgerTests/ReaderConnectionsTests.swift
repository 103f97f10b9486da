import GRDB
import TestKit
import Testing

@testable import SQLiteLedger

@Suite struct ReaderConnectionsTests {
    private let directory: TemporaryDirectory
    private let readers: ReaderConnections
    private let opened = Tally()

    init() throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        let path = directory.path("db")
        try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: "CREATE TABLE t (value INTEGER); INSERT INTO t VALUES (7)") }
        readers = ReaderConnections { [opened] in
            opened.add()
            return try DatabaseQueue(path: path)
        }
    }

    private func value() throws -> Int? { try readers.read { db in try db.value("SELECT value FROM t") } }

    @Test func `one look-up after the other shares a connection, and one inside another has its own`() throws {
        #expect(try value() == 7)
        #expect(try value() == 7)
        #expect(opened.count == 1)
        #expect(try readers.read { _ in try value() } == 7)
        #expect(try readers.read { _ in try value() } == 7)
        #expect(opened.count == 2)
    }

    @Test func `a look-up that throws gives its connection back`() throws {
        #expect(throws: DatabaseError.self) { try readers.read { db in try db.change("SELECT nothing") } }
        #expect(try value() == 7)
        #expect(opened.count == 1)
    }

    @Test func `a connection that was closed is not used again`() throws {
        #expect(try value() == 7)
        readers.close()
        #expect(try value() == 7)
        #expect(opened.count == 2)
    }

    @Test func `a connection that is in use while all are closed is not kept`() throws {
        let found = try readers.read { db in
            readers.close()
            return try db.hasRow("SELECT 1 FROM t")
        }
        #expect(found)
        #expect(try value() == 7)
        #expect(try value() == 7)
        #expect(opened.count == 3)
    }
}
