import Foundation
import HTTPFront
import Testing

@testable import ServerAssembly

@Suite struct `The identifier of a request` {
    @Test func `is a UUID of version 4 in lower case, and another one each time`() throws {
        let identifiers = (0..<200).map { _ in System.listenerEnvironment.makeRequestID() }
        #expect(Set(identifiers).count == identifiers.count)
        for identifier in identifiers {
            #expect(UUID(uuidString: identifier)?.uuidString.lowercased() == identifier)
            // RFC 9562 §5.4: the version, and the variant in two bits.
            let groups = identifier.split(separator: "-")
            try #require(groups.map(\.count) == [8, 4, 4, 4, 12])
            #expect(groups[2].first == "4")
            #expect("89ab".contains(groups[3].prefix(1)))
        }
    }
}
