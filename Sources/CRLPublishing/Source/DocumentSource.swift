/// One answer to a conditional GET.
package enum SourceAnswer: Sendable {
    /// 304: the document is still the one with the entity tag that was sent.
    case unchanged
    case document(SourceDocument)
}

/// A document with its strong entity tag, when the source gave one.
package struct SourceDocument: Sendable {
    package var bytes: [UInt8]
    package var entityTag: String?

    package init(bytes: [UInt8], entityTag: String? = nil) {
        self.bytes = bytes
        self.entityTag = entityTag
    }
}

/// Where documents come from: the public listener of a CA (`HTTPSource`), or a table.
package struct DocumentSource: Sendable {
    /// - Parameters:
    ///   - path: such as `/crl/index.json`.
    ///   - entityTag: of the document that is at hand already.
    ///   - limit: the most octets that are taken.
    package typealias Get =
        @Sendable (_ path: String, _ entityTag: String?, _ limit: Int) async throws(PublishingFailure) -> SourceAnswer

    package let get: Get

    package init(get: @escaping Get) {
        self.get = get
    }
}
