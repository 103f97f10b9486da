extension Issuer {
    /// Signs a statement of what the issuer publishes; its text says what it is, so that it can pass for no certificate and no CRL.
    /// - Parameter statement: begins with a context that no DER begins with.
    package func sign(statement: [UInt8]) throws(SigningFault) -> [UInt8] { try signature(over: statement[...]) }
}
