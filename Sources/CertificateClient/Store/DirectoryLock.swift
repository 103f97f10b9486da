internal import DurableFiles

/// Keeps two processes from changing one credential directory at once.
/// - Throws: `busy` when another process holds it.
func lockDirectory(_ directory: String) throws(ClientError) -> FileLock {
    let path = directory + "/.lock"
    do { return try FileLock(path: path) } catch {
        throw error.isHeldElsewhere
            ? .busy(directory: directory) : .file(path: path, problem: .unwritable(reason: error.summary, remedy: error.remedy))
    }
}
