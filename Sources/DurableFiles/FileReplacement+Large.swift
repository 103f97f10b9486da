import Glibc

extension FileReplacement {
    /// Writes more of the file, without a copy of it.
    package func append(_ bytes: ArraySlice<UInt8>) throws(FileFailure) {
        var offset = bytes.startIndex
        while offset < bytes.endIndex {
            let written = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, min($0.count, Self.portion))
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw FileFailure(operation: "write", path: path) }
            offset += written
            try wrote(written)
        }
    }

    /// Writes all of another file, which the kernel copies: its octets never come to this process.
    package func append(contentsOf source: String) throws(FileFailure) {
        let input = unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { throw FileFailure(operation: "open", path: source) }
        defer { close(input) }
        while true {
            let copied = sendfile(descriptor, input, nil, Self.portion)
            if copied < 0 && errno == EINTR { continue }
            guard copied >= 0 else { throw FileFailure(operation: "write", path: path) }
            if copied == 0 { return }
            try wrote(copied)
        }
    }
}

extension DurableFile {
    /// Gives an existing file a second name, in place of whatever had that name before. Nothing is copied: neither name may be written to in place.
    /// Where a symbolic link stands, a copy goes to the place that it leads to.
    package static func replace(_ path: String, withLinkTo existing: String) throws(FileFailure) {
        let destination = try FileDestination(path)
        guard destination.path == path else {
            let copy = try FileReplacement(path, mode: 0o644)
            try copy.append(contentsOf: existing)
            return try copy.commit()
        }
        try destination.requireFile()
        let temporary = temporaryName(beside: path)
        guard unsafe link(existing, temporary) == 0 else { throw FileFailure(operation: "link", path: path) }
        guard unsafe rename(temporary, path) == 0 else {
            let failure = FileFailure(operation: "rename", path: path)
            _ = unsafe unlink(temporary)
            throw failure
        }
        // A rename onto another name of the same file does nothing.
        _ = unsafe unlink(temporary)
        try synchronizeDirectory(of: path)
    }
}
