/// Why a value cannot be a setting; whoever read it adds where it stood.
package struct InvalidSetting: Error, Sendable, Equatable {
    /// What is wrong, with the offending value.
    package let problem: String
    /// What to write instead.
    package let remedy: String
    /// Which element of a list it was, from 0.
    var element: Int?

    init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }
}
