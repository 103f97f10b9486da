import Glibc

/// Standard output and standard error. Writing there can fail (a full disk, a closed pipe): that is an error to tell, not a crash.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes the whole text, unbuffered.
    package func write(_ text: String) throws(FileFailure) {
        try DurableFile.writeAll(Array(text.utf8), to: rawValue, path: self == .output ? "standard output" : "standard error")
    }

    /// Writes a line for people to read; when even that fails there is nobody left to tell.
    package func tell(_ line: String) {
        do { try write("\(line)\n") } catch { return }
    }
}
