import DurableFiles

/// A mark in the output directory that a change was published and its reload command has not succeeded yet.
///
/// It is on the disk before the first file is replaced, so a publisher that was killed between the two runs the command when it starts again.
extension OutputDirectory {
    private var mark: String { ".reload-owed" }

    func oweReload() throws(PublishingFailure) {
        try before(.oweReload)
        if owesReload() { return }
        try attempt { () throws(FileFailure) in try DurableFile.create(path + "/" + mark, with: [], mode: 0o600) }
    }

    func owesReload() -> Bool {
        DurableFile.exists(path + "/" + mark)
    }

    func settleReload() throws(PublishingFailure) {
        try remove(mark)
    }
}
