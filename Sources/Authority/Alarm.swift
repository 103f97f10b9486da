/// Something that needs a person soon.
package struct Alarm: Sendable, Equatable {
    /// Stable, snake_case: all that a stranger is told.
    package let code: String
    /// What is wrong and what to do, with paths and causes.
    package let text: String

    package init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }
}
