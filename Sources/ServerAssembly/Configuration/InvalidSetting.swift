import PKI

/// Why a value cannot be a setting; whoever read it adds where it stood.
package struct InvalidSetting: Explained, Sendable, Equatable {
    /// What is wrong, with the offending value.
    package let summary: String
    /// What to write instead.
    package let remedy: String
    /// Which element of a list it was, from 0.
    var element: Int?

    init(_ summary: String, remedy: String) {
        self.summary = summary
        self.remedy = remedy
    }
}
