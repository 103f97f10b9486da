import Issuance
import PKI

/// The publisher's state of one issuer. A class, so that its buffer is changed in place.
final class PublicationLine {
    let issuer: Issuer
    var buffer = EntryBuffer()
    /// The published CRL's thisUpdate and number; nil before the first one.
    var last: (thisUpdate: UnixTime, number: Int64)?
    /// Time at which the newest CRL was made; nil while a build is due.
    var builtAt: UnixTime?
    /// The second in which the last CRL was signed, by the clock.
    var signedAt: UnixTime?
    /// True when a CRL is due and has to wait for the next second.
    var isWaiting = false
    /// The entries were taken from the ledger again while the clock is behind the published CRL: what comes next may be dated behind that one.
    var isMended = false
    /// True once the files of before the start have been read.
    var isLoaded = false
    /// True once no entry that was published before the start is missing in the buffer.
    var isChecked = false

    init(issuer: Issuer) {
        self.issuer = issuer
    }
}
