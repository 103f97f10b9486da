import Foundation

/// How a program ended and what it said.
struct Outcome: Sendable, CustomStringConvertible {
    let command: String
    /// Exit status; 128 + n after signal n.
    let status: Int32
    let output: String
    let errors: String

    var description: String { "$ \(command)\nstatus \(status)\n\(output)\(errors)" }

    /// Standard output without the newline at its end.
    var line: String { output.trimmingCharacters(in: .newlines) }

    /// Both streams, for looking for a text.
    var everything: String { output + errors }

    /// The same, when the program ended with status 0.
    @discardableResult
    func succeeded() throws(ProgramFailed) -> Outcome {
        guard status == 0 else { throw ProgramFailed(outcome: self) }
        return self
    }

    /// Standard output as JSON.
    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(output.utf8))
    }
}

/// A program that was expected to succeed did not.
struct ProgramFailed: Error, CustomStringConvertible {
    let outcome: Outcome
    var description: String { outcome.description }
}
